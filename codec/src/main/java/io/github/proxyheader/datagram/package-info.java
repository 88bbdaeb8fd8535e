/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Handlers for UDP, where each datagram has its own header (rule R10). The header is of version 2,
 * because version 1 has no word for UDP. {@link
 * io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder} is for servers behind a proxy, and
 * {@link io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder} for proxies.
 */
@NullMarked
package io.github.proxyheader.datagram;

import org.jspecify.annotations.NullMarked;
