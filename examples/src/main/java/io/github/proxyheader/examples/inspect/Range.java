/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

/**
 * A range of bytes and what it means.
 *
 * @param offset where it starts, counted from the start of the input or of the connection
 * @param length how many bytes it has
 * @param depth 0, or 1 for a part of the range in front of it
 * @param meaning what it means, in printable ASCII
 * @param rule the rule of docs/RULES.md, such as {@code R39}, or several with a space between them
 * @param wrong whether the header is refused because of this range
 */
public record Range(
    int offset, int length, int depth, String meaning, String rule, boolean wrong) {}
