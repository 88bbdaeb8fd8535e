/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** What the tests share: vectors, buffers of every kind, oracles. */
package io.github.proxyheader.testing;
