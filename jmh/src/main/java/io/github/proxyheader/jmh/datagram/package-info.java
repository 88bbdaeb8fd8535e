/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What a header in each datagram costs. */
package io.github.proxyheader.jmh.datagram;
