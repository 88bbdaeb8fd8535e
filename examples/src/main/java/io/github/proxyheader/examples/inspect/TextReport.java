/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes an inspection as a table for people. */
public final class TextReport {
  private static final int BYTES_PER_LINE = 16;
  private static final int MAX_LINES = 8;
  private static final int MAX_PAYLOAD = 64;
  private static final int MAX_MEANING = 200;

  private static final String GREEN = "\u001b[32m";
  private static final String RED = "\u001b[31m";
  private static final String BOLD = "\u001b[1m";
  private static final String CYAN = "\u001b[36m";
  private static final String YELLOW = "\u001b[33m";
  private static final String RESET = "\u001b[0m";

  private final boolean colour;
  private final StringBuilder text = new StringBuilder();

  private TextReport(boolean colour) {
    this.colour = colour;
  }

  /** Returns the report; every line of it ends with a line feed. */
  public static String of(Inspection inspection, boolean colour) {
    TextReport report = new TextReport(colour);
    for (Dissection dissection : inspection.dissections()) {
      report.dissection(dissection);
    }
    if (inspection.capture() != null) {
      report.capture(inspection.capture(), inspection.dissections().size());
    }
    return report.text.toString();
  }

  private void dissection(Dissection dissection) {
    text.append(paint(BOLD, dissection.where())).append('\n');
    int number = 0;
    for (Finding finding : dissection.findings()) {
      number++;
      String title = dissection.findings().size() > 1 ? "header " + number + ": " : "";
      text.append(title).append(verdict(finding)).append('\n');
      addresses(finding.header());
      ranges(dissection.bytes(), finding.ranges());
    }
    payload(dissection);
    text.append('\n');
  }

  private String verdict(Finding finding) {
    Refusal refusal = finding.refusal();
    ProxyHeader header = finding.header();
    if (refusal == null && header != null) {
      return paint(GREEN, "valid")
          + ": version "
          + (header.version() == ProxyVersion.V1 ? 1 : 2)
          + ", "
          + header.command()
          + ", "
          + header.transport()
          + ", "
          + finding.length()
          + " bytes";
    }
    return refusal == null
        ? ""
        : paint(RED, "invalid")
            + ": refused at byte "
            + refusal.offset()
            + ": "
            + refusal.reason()
            + ", "
            + refusal.rule()
            + ": "
            + refusal.message();
  }

  private void addresses(@Nullable ProxyHeader header) {
    if (header != null && header.source() != null && header.destination() != null) {
      text.append("  source       ").append(AddressText.of(header.source())).append('\n');
      text.append("  destination  ").append(AddressText.of(header.destination())).append('\n');
    }
  }

  private void ranges(byte[] bytes, List<Range> ranges) {
    if (!ranges.isEmpty()) {
      text.append(String.format(Locale.ROOT, "  offset  %-47s  rule     meaning\n", "bytes"));
    }
    boolean even = true;
    for (Range range : ranges) {
      String hue = range.wrong() ? RED : even ? CYAN : YELLOW;
      even = !even;
      String indent = range.depth() > 0 ? "  " : "";
      String mark = range.wrong() ? "  <-- refused" : "";
      rows(bytes, range, hue, indent + shortened(range.meaning()) + mark);
    }
  }

  private static String shortened(String meaning) {
    return meaning.length() <= MAX_MEANING ? meaning : meaning.substring(0, MAX_MEANING) + "...";
  }

  private void rows(byte[] bytes, Range range, String hue, String meaning) {
    List<String> lines = hexLines(bytes, range.offset(), range.length());
    for (int i = 0; i < lines.size(); i++) {
      String hex = String.format(Locale.ROOT, "%-47s", lines.get(i));
      if (i == 0) {
        text.append(String.format(Locale.ROOT, "%8d  ", range.offset()))
            .append(paint(hue, hex))
            .append(String.format(Locale.ROOT, "  %-7s  ", range.rule()))
            .append(range.wrong() ? paint(RED, meaning) : meaning);
      } else {
        text.append("          ").append(paint(hue, hex.stripTrailing()));
      }
      text.append('\n');
    }
  }

  private static List<String> hexLines(byte[] bytes, int offset, int length) {
    HexFormat hex = HexFormat.ofDelimiter(" ");
    List<String> lines = new ArrayList<>();
    int at = offset;
    int end = offset + length;
    while (at < end && lines.size() < MAX_LINES) {
      int stop = Math.min(at + BYTES_PER_LINE, end);
      lines.add(hex.formatHex(bytes, at, stop));
      at = stop;
    }
    if (at < end) {
      lines.add("... " + (end - at) + " more bytes");
    }
    return lines;
  }

  private void payload(Dissection dissection) {
    int start = dissection.payloadOffset();
    byte[] bytes = dissection.bytes();
    if (start < bytes.length) {
      int stop = Math.min(bytes.length, start + MAX_PAYLOAD);
      String more = stop < bytes.length ? "..." : "";
      text.append(String.format(Locale.ROOT, "%8d  ", start))
          .append("payload, ")
          .append(bytes.length - start)
          .append(" bytes: \"")
          .append(Escapes.bytes(Arrays.copyOfRange(bytes, start, stop)))
          .append(more)
          .append("\"\n");
    }
  }

  private void capture(Inspection.Capture capture, int shown) {
    text.append("packets: ")
        .append(capture.packets())
        .append("; with a header: ")
        .append(shown + capture.notShown())
        .append("; without: ")
        .append(capture.withoutHeader())
        .append('\n');
    if (capture.fragments() > 0) {
      text.append("fragments, which are passed over: ").append(capture.fragments()).append('\n');
    }
    if (capture.notShown() > 0) {
      text.append("not shown: ")
          .append(capture.notShown())
          .append(", of which invalid: ")
          .append(capture.notShownInvalid())
          .append(" (--limit shows more)\n");
    }
  }

  private String paint(String style, String words) {
    return colour ? style + words + RESET : words;
  }
}
