/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Programs that show the library at work, and that can be taken as a start for others. */
@NullMarked
package io.github.proxyheader.examples;

import org.jspecify.annotations.NullMarked;
