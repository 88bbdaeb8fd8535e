/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Supplier;

/** The pages by their paths. */
final class AdminPages {
  private static final Page STYLE = Page.ok("text/css; charset=utf-8", resource("status.css"));
  private static final Page SCRIPT =
      Page.ok("text/javascript; charset=utf-8", resource("status.js"));

  private final Supplier<ForwarderStatus> status;
  private final ForwarderMetrics metrics;

  AdminPages(Supplier<ForwarderStatus> status, ForwarderMetrics metrics) {
    this.status = status;
    this.metrics = metrics;
  }

  Page at(String path) {
    return switch (path) {
      case "/" -> Page.ok("text/html; charset=utf-8", StatusPage.of(status.get(), Instant.now()));
      case "/status.css" -> STYLE;
      case "/status.js" -> SCRIPT;
      case "/metrics" ->
          Page.ok("text/plain; version=0.0.4; charset=utf-8", metrics.scrape(status.get()));
      case "/healthz" ->
          status.get().draining()
              ? Page.text(HttpResponseStatus.SERVICE_UNAVAILABLE, "draining")
              : Page.text(HttpResponseStatus.OK, "ok");
      default -> Page.text(HttpResponseStatus.NOT_FOUND);
    };
  }

  private static String resource(String name) {
    try (InputStream in = AdminPages.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
