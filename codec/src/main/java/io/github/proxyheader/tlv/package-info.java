/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The type-length-value vectors that follow the addresses of a version 2 header. The vectors are
 * given out raw, and by typed views of the types that the protocol text registers and of those that
 * vendors use.
 *
 * <p>All values are immutable, and none keeps a {@link io.netty.buffer.ByteBuf}.
 */
@NullMarked
package io.github.proxyheader.tlv;

import org.jspecify.annotations.NullMarked;
