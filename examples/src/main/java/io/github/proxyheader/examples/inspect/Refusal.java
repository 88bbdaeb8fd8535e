/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeaderException.Reason;

/**
 * Why a header is refused.
 *
 * @param offset the offset of the byte at which the reader refuses it, counted from the start of
 *     the input or of the connection; the end of the bytes if some are missing
 * @param rule the rule of docs/RULES.md that is broken
 * @param message what is wrong, without any byte of the peer
 */
public record Refusal(int offset, Reason reason, String rule, String message) {}
