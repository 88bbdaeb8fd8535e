/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** The forwarder: listens, balances, connects, relays, and tells what it does. */
@NullMarked
package io.github.proxyheader.examples.forward;

import org.jspecify.annotations.NullMarked;
