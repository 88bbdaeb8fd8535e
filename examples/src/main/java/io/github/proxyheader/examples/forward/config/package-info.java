/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the forwarder is told: the values of its configuration file, and how they are read. */
@NullMarked
package io.github.proxyheader.examples.forward.config;

import org.jspecify.annotations.NullMarked;
