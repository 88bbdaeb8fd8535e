/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.config;

import java.time.Duration;

/**
 * How targets are checked: by a connection, with a LOCAL header where the target takes a header.
 *
 * @param interval from one check to the next
 * @param timeout how long one may take
 * @param rise after how many good checks in a row a target is up
 * @param fall after how many bad checks in a row a target is down
 */
public record HealthCheckConfig(Duration interval, Duration timeout, int rise, int fall) {}
