/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The header as a value, and its two formats on the wire: version 1, which is text, and version 2,
 * which is binary.
 *
 * <p>Nothing in this package uses a channel or a pipeline. {@link
 * io.github.proxyheader.protocol.ProxyHeaderReader} and {@link
 * io.github.proxyheader.protocol.ProxyHeaderWriter} need no more than a {@link
 * io.netty.buffer.ByteBuf}.
 *
 * <p>Comments and tests cite the rules of the PROXY protocol's text (HAProxy's {@code
 * doc/proxy-protocol.txt}) as R1 to R65, and hostile cases as T1 to T28. {@code docs/RULES.md} lists
 * both.
 */
@NullMarked
package io.github.proxyheader.protocol;

import org.jspecify.annotations.NullMarked;
