/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.forward.admin;

import io.github.proxyheader.examples.forward.ForwarderStatus;
import io.github.proxyheader.examples.forward.config.RuleConfig;
import io.github.proxyheader.examples.forward.config.TargetConfig;
import io.github.proxyheader.protocol.ProxyVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The status as HTML; the script asks for the page again and takes over what has changed. */
final class StatusPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Forwarder</title>
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href="/status.css">
      <script src="/status.js" defer></script>
      </head>
      <body>
      """;

  private final StringBuilder html = new StringBuilder(HEAD);

  private StatusPage() {}

  static String of(ForwarderStatus status, Instant now) {
    StatusPage page = new StatusPage();
    page.header(status);
    page.html.append("<main>\n");
    status.rules().forEach(page::rule);
    page.html.append("</main>\n");
    page.footer(now);
    return page.html.append("</body>\n</html>\n").toString();
  }

  private void header(ForwarderStatus status) {
    List<ForwarderStatus.Target> targets =
        status.rules().stream().flatMap(rule -> rule.targets().stream()).toList();
    html.append("<header>\n<h1>Forwarder</h1>\n");
    html.append(
        status.draining()
            ? "<p class=\"state warn\">draining</p>\n"
            : "<p class=\"state good\">serving</p>\n");
    html.append("<dl class=\"sums\">\n");
    sum("Connections", status.rules().stream().mapToLong(ForwarderStatus.Rule::connections).sum());
    sum("Rules", status.rules().size());
    sum("Targets up", targets.stream().filter(ForwarderStatus.Target::up).count());
    sum("Targets down", targets.stream().filter(target -> !target.up()).count());
    html.append("</dl>\n</header>\n");
  }

  private void sum(String name, long value) {
    html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>\n");
  }

  private void footer(Instant now) {
    html.append("<footer><p>As of <time>")
        .append(now.truncatedTo(ChronoUnit.SECONDS))
        .append("</time><span id=\"live\"></span>. <a href=\"/metrics\">Metrics</a>, ")
        .append("<a href=\"/healthz\">health</a>.</p></footer>\n");
  }

  private void rule(ForwarderStatus.Rule rule) {
    html.append("<section>\n<h2>");
    text(rule.config().name());
    html.append(" <small>");
    text(about(rule.config()));
    html.append("</small></h2>\n");
    hops(rule);
    targets(rule);
    connections(rule);
    html.append("</section>\n");
  }

  private static String about(RuleConfig config) {
    String tls = config.tls() == null ? "" : ", ends TLS";
    return words(config.protocol()).toUpperCase(Locale.ROOT) + tls + ", " + words(config.balance());
  }

  private void hops(ForwarderStatus.Rule rule) {
    List<String> proxies = rule.config().acceptProxyProtocol();
    html.append("<ol class=\"hops\">\n");
    hop("Clients", proxies.isEmpty() ? "connect themselves" : "anywhere");
    if (!proxies.isEmpty()) {
      hop("Proxies in front", String.join(", ", proxies));
    }
    hop("Forwarder", Printable.address(rule.listening()));
    long up = rule.targets().stream().filter(ForwarderStatus.Target::up).count();
    hop("Targets", up + " of " + rule.targets().size() + " up");
    html.append("</ol>\n");
  }

  private void hop(String name, String text) {
    html.append("<li><b>").append(name).append("</b> <span>");
    text(text);
    html.append("</span></li>\n");
  }

  private void targets(ForwarderStatus.Rule rule) {
    table(
        "targets",
        "Targets",
        "Address",
        "State",
        "Header sent",
        "Connections",
        "Failures in a row");
    for (int i = 0; i < rule.targets().size(); i++) {
      ForwarderStatus.Target target = rule.targets().get(i);
      html.append("<tr>");
      address(target.address());
      html.append(target.up() ? "<td class=\"good\">● up</td>" : "<td class=\"bad\">○ down</td>");
      cell("", header(rule.config().targets().get(i)));
      number(target.connections());
      number(target.failures());
      html.append("</tr>\n");
    }
    endTable();
  }

  private static String header(TargetConfig target) {
    ProxyVersion version = target.proxyProtocol();
    return version == null ? "none" : "PROXY " + words(version);
  }

  private void connections(ForwarderStatus.Rule rule) {
    int shown = rule.sample().size();
    String caption =
        shown == rule.connections()
            ? "Connections: " + shown
            : "Connections: the newest " + shown + " of " + rule.connections();
    if (shown == 0) {
      html.append("<p class=\"none\">").append(caption).append("</p>\n");
      return;
    }
    table(
        "connections",
        caption,
        "Client",
        "Proxy in front",
        "Forwarder",
        "Target",
        "From client",
        "To client",
        "Age");
    for (ForwarderStatus.Connection connection : rule.sample()) {
      connection(connection, Printable.address(rule.listening()));
    }
    endTable();
  }

  private void connection(ForwarderStatus.Connection connection, String forwarder) {
    boolean direct = connection.peer().equals(connection.client());
    html.append("<tr>");
    cell("address client", Printable.address(connection.client()));
    hopCell(direct ? null : Printable.address(connection.peer()), "none");
    hopCell(forwarder, "");
    hopCell(connection.target(), "not yet");
    cell("number", bytes(connection.received()));
    cell("number", bytes(connection.sent()));
    cell("number", age(connection.age()));
    html.append("</tr>\n");
  }

  private void table(String style, String caption, String... columns) {
    html.append("<div class=\"wide\"><table class=\"").append(style).append("\">\n<caption>");
    html.append(caption).append("</caption>\n<tr>");
    for (String column : columns) {
      html.append("<th scope=\"col\">").append(column).append("</th>");
    }
    html.append("</tr>\n");
  }

  private void endTable() {
    html.append("</table></div>\n");
  }

  private void address(String address) {
    cell("address", address);
  }

  private void hopCell(@Nullable String address, String absent) {
    if (address == null) {
      cell("hop absent", absent);
    } else {
      cell("hop address", address);
    }
  }

  private void number(long value) {
    cell("number", Long.toString(value));
  }

  private void cell(String style, String text) {
    html.append("<td class=\"").append(style).append("\">");
    text(text);
    html.append("</td>");
  }

  /** Addresses are told by clients, names by a file: neither may be markup, or turn text around. */
  private void text(String text) {
    html.append(
        Printable.escape(text)
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("\"", "&quot;")
            .replace("'", "&#39;"));
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  static String bytes(long count) {
    if (count < 1024) {
      return count + " B";
    }
    int power = (63 - Long.numberOfLeadingZeros(count)) / 10;
    double value = count / (double) (1L << (10 * power));
    return String.format(Locale.ROOT, "%.1f %siB", value, "KMGTPE".charAt(power - 1));
  }

  static String age(Duration age) {
    if (age.toMinutes() == 0) {
      return age.toSeconds() + " s";
    }
    return age.toHours() == 0
        ? age.toMinutes() + " min " + age.toSecondsPart() + " s"
        : age.toHours() + " h " + age.toMinutesPart() + " min";
  }
}
