/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A status server for players of Minecraft, Java edition, behind proxies. */
@NullMarked
package io.github.proxyheader.examples.minecraft;

import org.jspecify.annotations.NullMarked;
