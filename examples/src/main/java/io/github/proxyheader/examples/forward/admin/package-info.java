/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** How the forwarder is seen from outside: access log, metrics, health and a status page. */
@NullMarked
package io.github.proxyheader.examples.forward.admin;

import org.jspecify.annotations.NullMarked;
