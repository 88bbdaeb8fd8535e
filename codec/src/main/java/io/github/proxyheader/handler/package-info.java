/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The pipeline's side: {@link io.github.proxyheader.handler.ProxyHeaderDecoder} for whoever accepts
 * connections from a proxy, {@link io.github.proxyheader.handler.ProxyHeaderEncoder} for whoever is
 * one.
 */
@NullMarked
package io.github.proxyheader.handler;

import org.jspecify.annotations.NullMarked;
