/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.whoami;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Draws a report as a page of HTML without scripts and without other resources. */
final class ReportPage {
  private static final String STYLE = style();

  /** Allows the page's own style sheet and nothing else. */
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + hash(STYLE)
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final StringBuilder out = new StringBuilder(8_192);

  private ReportPage() {}

  static String of(Report report) {
    ReportPage page = new ReportPage();
    page.write(report);
    return page.out.toString();
  }

  private void write(Report report) {
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append("<meta name=\"color-scheme\" content=\"light dark\">")
        .append("<title>Who am I?</title><style>")
        .append(STYLE)
        .append("</style></head><body><main><header><h1>You are <span class=\"me\">");
    text(report.client());
    out.append("</span></h1><p>");
    text(summary(report));
    out.append("</p></header>");
    chain(report);
    section("TLS", "tls");
    if (report.tls().isEmpty()) {
      out.append("<p class=\"none\">No TLS is known of this connection.</p>");
    } else {
      out.append("<table><thead><tr><th scope=\"col\">Ended at</th><th scope=\"col\">Fact</th>")
          .append("<th scope=\"col\">Value</th></tr></thead><tbody>");
      report.tls().forEach(fact -> row(fact.endedAt(), fact.name(), fact.value()));
      out.append("</tbody></table>");
    }
    out.append("</section>");
    section("Vectors of the header", "vectors");
    if (report.vectors().isEmpty()) {
      out.append("<p class=\"none\">There are none.</p>");
    } else {
      out.append("<table><thead><tr><th scope=\"col\">Type</th><th scope=\"col\">Length</th>")
          .append("<th scope=\"col\">Value</th></tr></thead><tbody>");
      for (Report.Vector vector : report.vectors()) {
        row(vector.name(), vector.length() + " bytes", vector.value());
      }
      out.append("</tbody></table>");
    }
    out.append("</section>");
    section("Request", "request");
    out.append("<table class=\"two\"><thead><tr><th scope=\"col\">Field</th>")
        .append("<th scope=\"col\">Value</th></tr></thead><tbody>");
    Report.Request request = report.request();
    row(request.method(), request.target() + " (" + request.protocol() + ")");
    request.headers().forEach(field -> row(field.name(), field.value()));
    out.append("</tbody></table></section>")
        .append("<footer><a href=\"/whoami.json\">The same as JSON</a></footer>")
        .append("</main></body></html>\n");
  }

  private static String summary(Report report) {
    return switch (report.kind()) {
      case "proxied" -> "A proxy told your address in a PROXY header.";
      case "health check" -> "This is a health check: the proxy speaks for itself (LOCAL).";
      case "unknown" -> "A proxy sent a PROXY header that does not name its client.";
      default -> "There is no PROXY header: this is the address of the connection itself.";
    };
  }

  private void chain(Report report) {
    out.append("<ol class=\"chain\" aria-label=\"The way from the client to the server\">");
    Report.Proxy proxy = report.proxy();
    if (!report.kind().equals("health check")) {
      beginNode("Client");
      address(report.client());
      out.append("</li>");
    }
    if (proxy != null) {
      beginNode("Proxy");
      if (proxy.entrance() != null) {
        note("The client connected to");
        address(proxy.entrance());
      }
      note("It connects to the server from");
      address(proxy.address());
      note("PROXY header: " + proxy.version() + ", " + proxy.transport());
      out.append("</li>");
    }
    beginNode("Server");
    address(report.server());
    note(report.request().protocol());
    out.append("</li></ol>");
  }

  private void beginNode(String title) {
    out.append("<li><h2>").append(title).append("</h2>");
  }

  private void address(String address) {
    out.append("<code>");
    text(address);
    out.append("</code>");
  }

  private void note(String note) {
    out.append("<p>");
    text(note);
    out.append("</p>");
  }

  private void section(String title, String id) {
    out.append("<section aria-labelledby=\"").append(id).append("\"><h2 id=\"").append(id);
    out.append("\">").append(title).append("</h2>");
  }

  private void row(String head, String... cells) {
    out.append("<tr><th scope=\"row\">");
    text(head);
    out.append("</th>");
    for (String cell : cells) {
      out.append("<td>");
      text(cell);
      out.append("</td>");
    }
    out.append("</tr>");
  }

  /** Writes a peer's text: HTML escaped, and what cannot be seen as its code point. */
  private void text(String text) {
    text.codePoints()
        .forEach(
            point -> {
              switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> visible(point);
              }
            });
  }

  private void visible(int point) {
    switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          out.append(String.format("\\u{%x}", point));
      default -> out.appendCodePoint(point);
    }
  }

  private static String style() {
    try (InputStream in = ReportPage.class.getResourceAsStream("whoami.css")) {
      if (in == null) {
        throw new IllegalStateException("whoami.css is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
