/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Recipes for frameworks, each a file that can be copied, and one contract that all of them keep. */
package io.github.proxyheader.examples.frameworks;
