/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Benchmarks of the library beside netty-codec-haproxy, and the report that they make. */
package io.github.proxyheader.jmh;
