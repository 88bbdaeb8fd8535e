/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Programs on the datagram side of the library. */
@NullMarked
package io.github.proxyheader.examples.udp;

import org.jspecify.annotations.NullMarked;
