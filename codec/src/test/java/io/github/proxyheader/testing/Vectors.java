/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlv;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The conformance vectors and the captures of real senders, from the test resources. */
public final class Vectors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Vectors() {}

  public static List<Vector> all() {
    return load("/vectors/vectors.jsonl", Vectors::vector);
  }

  public static List<Vector> stream() {
    return all().stream().filter(vector -> !vector.datagram()).toList();
  }

  public static List<Vector> accepted() {
    return all().stream().filter(Vector::isAccepted).toList();
  }

  public static List<Capture> captures() {
    return load("/vectors/captures.jsonl", Vectors::capture);
  }

  private static <T> List<T> load(String resource, Function<JsonNode, T> line) {
    List<T> all = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(Vectors.class.getResourceAsStream(resource), resource),
                StandardCharsets.UTF_8))) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        all.add(line.apply(JSON.readTree(text)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (all.isEmpty()) {
      throw new IllegalStateException(resource + " is empty");
    }
    return all;
  }

  private static Vector vector(JsonNode node) {
    Set<String> alternatives = new HashSet<>();
    node.path("alt").forEach(alternative -> alternatives.add(alternative.asText()));
    List<Tlv> tlvs = new ArrayList<>();
    node.path("tlvs")
        .forEach(tlv -> tlvs.add(Tlv.of(tlv.get(0).asInt(), Bytes.hex(tlv.get(1).asText()))));
    String transport = text(node, "transport");
    return new Vector(
        node.get("id").asText(),
        node.get("mode").asText().equals("datagram"),
        node.get("expect").asText(),
        alternatives,
        transport == null ? null : ProxyTransport.valueOf(transport),
        text(node, "src"),
        text(node, "dst"),
        tlvs,
        node.get("consumed").asInt(),
        Bytes.hex(node.get("hex").asText()));
  }

  private static Capture capture(JsonNode node) {
    return new Capture(
        node.get("sender").asText()
            + ' '
            + node.get("version").asText()
            + ": "
            + node.get("what").asText(),
        node.get("decoded"),
        Bytes.hex(node.get("hex").asText()),
        Bytes.hex(node.path("payload_start_hex").asText()));
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isNull() || value.isMissingNode() ? null : value.asText();
  }
}
