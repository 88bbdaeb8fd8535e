/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Takes headers apart, byte range by byte range, from text, files and network captures. */
@NullMarked
package io.github.proxyheader.examples.inspect;

import org.jspecify.annotations.NullMarked;
