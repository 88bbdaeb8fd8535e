/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Counters of connections and their headers, for <a href="https://micrometer.io">Micrometer</a>.
 * Micrometer is an optional dependency: the other packages do not need it.
 */
@NullMarked
package io.github.proxyheader.metrics;

import org.jspecify.annotations.NullMarked;
