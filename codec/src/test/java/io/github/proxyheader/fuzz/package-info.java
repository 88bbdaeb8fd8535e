/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Fuzz targets. Without {@code JAZZER_FUZZ} they run their seeds and the inputs that are kept in
 * the resources; {@code mvn -pl codec surefire:test@fuzz} looks for new ones.
 */
package io.github.proxyheader.fuzz;
