/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The pipeline's side for UDP: one header in each datagram (rule R10), of version 2, which alone
 * has a word for UDP. {@link io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder} is for
 * whoever receives from a proxy, {@link io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder}
 * for whoever is one.
 */
@NullMarked
package io.github.proxyheader.datagram;

import org.jspecify.annotations.NullMarked;
