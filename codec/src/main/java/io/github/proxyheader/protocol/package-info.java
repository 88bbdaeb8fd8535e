/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The header as a value, and its two formats on the wire: version 1 (text) and version 2 (binary).
 *
 * <p>Nothing here knows a channel or a pipeline: {@link
 * io.github.proxyheader.protocol.ProxyHeaderReader} and {@link
 * io.github.proxyheader.protocol.ProxyHeaderWriter} work on a {@link io.netty.buffer.ByteBuf}
 * alone.
 *
 * <p>R1 to R65 in comments and tests number the rules of the PROXY protocol's text (HAProxy's
 * {@code doc/proxy-protocol.txt}); {@code docs/RULES.md} lists them.
 */
@NullMarked
package io.github.proxyheader.protocol;

import org.jspecify.annotations.NullMarked;
