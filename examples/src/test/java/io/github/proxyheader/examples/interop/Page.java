/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes docs/INTEROP.md from what a run saw. */
final class Page {
  static final Path FILE = Path.of(System.getProperty("basedir", "")).resolve("../docs/INTEROP.md");

  private static final String NOT_RUN = "not run";
  private static final Set<Kind> MAIN = EnumSet.range(Kind.V1_IPV4, Kind.V2_LOCAL);
  private static final Set<Kind> FORWARDER =
      EnumSet.range(Kind.FORWARDER_V1_IPV4, Kind.FORWARDER_TLVS);
  private static final Set<Kind> RARE = EnumSet.range(Kind.V1_FAMILIES, Kind.V2_ALONE);
  private static final Set<Kind> WRONG = EnumSet.range(Kind.NO_HEADER, Kind.WRONG_CRC);

  private final Results results;
  private final StringBuilder out = new StringBuilder();

  private Page(Results results) {
    this.results = results;
  }

  /**
   * Returns the page.
   *
   * @param when the date of the run, and where it was
   */
  static String render(Results results, String when) {
    return new Page(results).render(when);
  }

  private String render(String when) {
    line(Matrix.text("page/head.md").replace("{when}", when));
    line("## Our encoder and forwarder to receivers\n");
    line(Matrix.text("page/legend.md"));
    line("### `ProxyHeaderEncoder`\n");
    receivers(MAIN, true);
    line("### The forwarder, which received the client's address in a header\n");
    receivers(FORWARDER, false);
    line("### `ProxyHeaderEncoder` with rarer headers\n");
    receivers(RARE, false);
    line("### No header, and wrong ones\n");
    line("Each should be refused.\n");
    receivers(WRONG, false);
    line("### `ProxyHeaderDatagramEncoder` over UDP\n");
    datagrams();
    line("### Why cells are red\n");
    notes();
    line("## Senders to our decoder\n");
    line(Matrix.text("page/senders.md"));
    senders();
    line("## Three hops\n");
    line(Matrix.text("page/chains.md"));
    chains();
    line("## By published captures\n");
    line(Matrix.text("page/captures.md"));
    captures();
    line("## Advice for senders and receivers\n");
    line("Each line rests on cells of this page, and a test compares them.\n");
    Advice.all().forEach(advice -> line("- " + advice.text()));
    return out.toString();
  }

  private void receivers(Set<Kind> kinds, boolean withVersion) {
    head(
        Stream.concat(
            withVersion ? Stream.of("receiver", "version") : Stream.of("receiver"),
            kinds.stream().map(Kind::title)));
    for (String title : Matrix.rows().keySet()) {
      List<String> cells = new ArrayList<>(List.of(title));
      if (withVersion) {
        cells.add(results.versions().getOrDefault(title, NOT_RUN));
      }
      Map<Kind, String> row = results.cells().getOrDefault(title, Map.of());
      kinds.forEach(kind -> cells.add(cell(title, kind, row.get(kind))));
      row(cells);
    }
    line("");
  }

  private static String cell(String title, Kind kind, String cell) {
    if (cell == null) {
      return NOT_RUN;
    }
    String text =
        Stream.of(cell.split("/"))
            .map(each -> kind.isWrong() ? wrong(each) : words(each))
            .collect(Collectors.joining(" or "));
    if (!Matrix.isRed(kind, cell)) {
      return text;
    }
    for (int i = 0; i < Matrix.notes().size(); i++) {
      if (Matrix.notes().get(i).explains(title, kind)) {
        return "❌ " + text.replace("✓ ", "") + " [" + (i + 1) + "](#why-cells-are-red)";
      }
    }
    return "❌ " + text + ", unexplained";
  }

  private static String words(String cell) {
    return switch (cell) {
      case Said.REFUSED -> "refused";
      case Said.CONNECTION -> "✓ own";
      case Said.UNIX -> "✓ path";
      case Said.SERVED -> "✓";
      default -> {
        String letters = cell.substring(1).replace("m", "").replace("s", "");
        yield "✓ a"
            + letters
            + (cell.contains("s") ? ", port swapped" : "")
            + (cell.contains("m") ? " mapped" : "");
      }
    };
  }

  private static String wrong(String cell) {
    if (cell.equals(Said.REFUSED)) {
      return "✓ refused";
    }
    return cell.endsWith(".0.0.1") ? "taken as " + cell : "taken";
  }

  private void datagrams() {
    head(
        Stream.of(
                Stream.of("receiver", "version"),
                Stream.of(DatagramKind.values()).map(DatagramKind::title),
                Stream.of("why"))
            .flatMap(each -> each));
    for (String title : Datagrams.rows().keySet()) {
      List<String> cells = new ArrayList<>(List.of(title));
      cells.add(results.versions().getOrDefault(title, NOT_RUN));
      Map<DatagramKind, String> row = results.datagramCells().getOrDefault(title, Map.of());
      for (DatagramKind kind : DatagramKind.values()) {
        cells.add(datagramCell(kind, row.get(kind)));
      }
      cells.add(Datagrams.note(title));
      row(cells);
    }
    line("");
  }

  private static String datagramCell(DatagramKind kind, String cell) {
    if (cell == null) {
      return NOT_RUN;
    }
    String text =
        kind.isWrong()
            ? wrong(cell).replace("refused", "dropped")
            : words(cell).replace("refused", "dropped");
    return Datagrams.isRed(kind, cell) ? "❌ " + text : text;
  }

  private void notes() {
    int number = 0;
    for (Matrix.Note note : Matrix.notes()) {
      line(++number + ". " + String.join(", ", note.receivers()) + ": " + note.text());
    }
    line("");
  }

  private void senders() {
    head(Stream.of("sender", "version", "mode", "what the decoder read"));
    for (SendingProgram sender : SendingPrograms.all()) {
      String title = sender.program().title();
      Map<String, String> seen = results.sent().getOrDefault(title, Map.of());
      String version =
          results
              .versions()
              .getOrDefault(
                  title, sender.since().equals("0") ? NOT_RUN : "needs " + sender.since());
      for (SendingProgram.Mode mode : sender.modes()) {
        row(
            List.of(
                title.replaceAll(", .*", ""),
                version,
                "`" + mode.title() + "`",
                seen.getOrDefault(mode.title(), NOT_RUN)));
      }
    }
    line("");
  }

  private void chains() {
    head(Stream.of("chain", "what the receiver says"));
    for (Chain chain : Chain.all()) {
      row(List.of(chain.title(), results.chains().getOrDefault(chain.title(), NOT_RUN)));
    }
    line("");
  }

  private void captures() {
    head(Stream.of("sender", "kind", "where the bytes are from", "what the decoder read"));
    for (Published published : Published.all()) {
      row(
          List.of(
              published.sender(),
              "capture",
              published.source(),
              results.captures().getOrDefault(published.sender(), NOT_RUN)));
    }
    line("");
  }

  private void head(Stream<String> titles) {
    List<String> cells = titles.toList();
    row(cells);
    row(cells.stream().map(each -> "---").toList());
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
    if (text.contains("\n")) {
      out.append('\n');
    }
  }
}
