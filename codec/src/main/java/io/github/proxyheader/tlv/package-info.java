/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The type-length-value vectors behind the addresses of a version 2 header: the raw vectors, and
 * typed views of the registered and of the vendors' types.
 *
 * <p>All values are immutable and hold no {@link io.netty.buffer.ByteBuf}.
 */
@NullMarked
package io.github.proxyheader.tlv;

import org.jspecify.annotations.NullMarked;
