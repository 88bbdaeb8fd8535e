/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken to a target.
 *
 * @param ca certificates that the target's is verified with, PEM, or {@code null}: the system's
 * @param serverName the name that is asked for (SNI) and verified, or {@code null}: the address is
 *     verified
 */
public record TargetTlsConfig(@Nullable Path ca, @Nullable String serverName) {}
