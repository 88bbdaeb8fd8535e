/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A web server that tells each client who it is, over HTTP/1.1, HTTP/2 and HTTP/3, behind proxies.
 */
@NullMarked
package io.github.proxyheader.examples.whoami;

import org.jspecify.annotations.NullMarked;
