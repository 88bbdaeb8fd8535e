/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Attacks on a server with the decoder, and what they cost it. */
package io.github.proxyheader.jmh.attack;
