/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Help for applications that come from netty-codec-haproxy. */
@NullMarked
package io.github.proxyheader.examples.migration;

import org.jspecify.annotations.NullMarked;
