/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The forwarder of the examples beside other proxies. */
package io.github.proxyheader.jmh.forwarding;
