/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyVersion;
import java.util.HexFormat;
import java.util.Locale;

/** Writes an inspection as JSON; docs/inspect.md describes its schema. */
public final class JsonReport {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private JsonReport() {}

  /** Returns the report, which ends with a line feed. */
  public static String of(Inspection inspection) {
    ObjectNode root = JSON.createObjectNode();
    root.put("source", inspection.source());
    root.put("format", inspection.format().name().toLowerCase(Locale.ROOT));
    root.put("valid", inspection.isValid());
    ArrayNode streams = root.putArray("streams");
    for (Dissection dissection : inspection.dissections()) {
      stream(streams.addObject(), dissection);
    }
    Inspection.Capture capture = inspection.capture();
    if (capture != null) {
      root.putObject("capture")
          .put("packets", capture.packets())
          .put("withoutHeader", capture.withoutHeader())
          .put("fragments", capture.fragments())
          .put("notShown", capture.notShown())
          .put("notShownInvalid", capture.notShownInvalid());
    }
    try {
      return JSON.writeValueAsString(root) + '\n';
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void stream(ObjectNode node, Dissection dissection) {
    node.put("where", dissection.where());
    node.put("valid", dissection.isValid());
    ArrayNode headers = node.putArray("headers");
    for (Finding finding : dissection.findings()) {
      header(headers.addObject(), dissection.bytes(), finding);
    }
    int start = dissection.payloadOffset();
    byte[] bytes = dissection.bytes();
    node.putObject("payload")
        .put("offset", start)
        .put("length", bytes.length - start)
        .put("hex", HexFormat.of().formatHex(bytes, start, bytes.length));
  }

  private static void header(ObjectNode node, byte[] bytes, Finding finding) {
    node.put("offset", finding.offset());
    node.put("length", finding.length());
    node.put("valid", finding.isValid());
    ProxyHeader header = finding.header();
    if (header != null) {
      node.put("version", header.version() == ProxyVersion.V1 ? 1 : 2);
      node.put("command", header.command().name());
      node.put("transport", header.transport().name());
      if (header.source() != null && header.destination() != null) {
        node.put("source", AddressText.of(header.source()));
        node.put("destination", AddressText.of(header.destination()));
      }
    }
    Refusal refusal = finding.refusal();
    if (refusal != null) {
      node.putObject("refusal")
          .put("offset", refusal.offset())
          .put("reason", refusal.reason().name())
          .put("rule", refusal.rule())
          .put("message", refusal.message());
    }
    ArrayNode ranges = node.putArray("ranges");
    for (Range range : finding.ranges()) {
      ranges
          .addObject()
          .put("offset", range.offset())
          .put("length", range.length())
          .put(
              "hex",
              HexFormat.of().formatHex(bytes, range.offset(), range.offset() + range.length()))
          .put("depth", range.depth())
          .put("meaning", range.meaning())
          .put("rule", range.rule())
          .put("wrong", range.wrong());
    }
  }
}
