/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Sends chosen headers to a server, and tells what the server makes of them. */
@NullMarked
package io.github.proxyheader.examples.probe;

import org.jspecify.annotations.NullMarked;
