/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DissectorTest {
  private static final Dissector DISSECTOR = new Dissector(4_112);

  static List<JsonNode> vectors() throws IOException {
    ObjectMapper json = new ObjectMapper();
    return Files.readAllLines(Path.of("..", "docs", "conformance", "vectors.jsonl")).stream()
        .map(
            line -> {
              try {
                return json.readTree(line);
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            })
        .toList();
  }

  private static Finding find(String text) {
    return DISSECTOR.stream("a", text.getBytes(US_ASCII)).findings().get(0);
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void vectorHasItsVerdictReasonAndRule(JsonNode vector) {
    if (vector.get("mode").asText().equals("datagram")) {
      return; // The datagrams are in a test of captures.
    }
    byte[] bytes = HexFormat.of().parseHex(vector.get("hex").asText());
    Finding finding = DISSECTOR.stream("a", bytes).findings().get(0);
    switch (vector.get("expect").asText()) {
      case "proxied", "local" -> {
        assertThat(finding.isValid()).isTrue();
        assertThat(finding.length()).isEqualTo(vector.get("consumed").asInt());
      }
      case "incomplete" -> assertThat(finding.isValid()).isFalse();
      case "absent" -> {
        boolean isUndecided = finding.refusal().reason() == Reason.TRUNCATED;
        assertThat(finding.refusal().reason())
            .isEqualTo(isUndecided ? Reason.TRUNCATED : Reason.MISSING);
      }
      default -> {
        assertThat(finding.refusal().reason().name()).isEqualTo(vector.get("reason").asText());
        assertThat(finding.refusal().rule()).isEqualTo(vector.get("rule").asText());
        assertThat(finding.ranges()).filteredOn(Range::wrong).isNotEmpty();
      }
    }
    assertRangesFollowEachOther(finding, bytes);
  }

  /** The reader accepts the bytes in front of the byte that is told, and refuses them with it. */
  private static void assertRangesFollowEachOther(Finding finding, byte[] bytes) {
    int at = finding.offset();
    for (Range range : finding.ranges()) {
      assertThat(range.offset()).as("%s", range).isEqualTo(at);
      assertThat(range.length()).as("%s", range).isPositive();
      assertThat(range.rule()).matches("R\\d+( R\\d+)*");
      assertThat(range.meaning()).matches("[ -~]+");
      at += range.length();
    }
    assertThat(at).isEqualTo(finding.offset() + finding.length());
    if (finding.refusal() != null && finding.refusal().reason() != Reason.TRUNCATED) {
      byte[] before = Arrays.copyOf(bytes, finding.refusal().offset());
      ProxyHeaderReader reader = ProxyHeaderReader.standard();
      assertThat(reader.read(Unpooled.wrappedBuffer(before))).isNull();
    }
  }

  @Test
  void randomBytesBehindASignatureAreTakenApartWithoutFailure() {
    Random random = new Random(3);
    byte[] signature = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    int[] families = {0x11, 0x21, 0x31, 0x00, 0x12};
    int[] lengths = {12, 36, 216, 0, 12};
    int valid = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bytes = new byte[300];
      random.nextBytes(bytes);
      System.arraycopy(signature, 0, bytes, 0, signature.length);
      int kind = random.nextInt(families.length);
      int length = lengths[kind] + random.nextInt(60);
      bytes[12] = (byte) (0x20 + random.nextInt(2));
      bytes[13] = (byte) families[kind];
      bytes[14] = (byte) (length >> 8);
      bytes[15] = (byte) length;
      int at = 16 + lengths[kind];
      while (at + 3 < 16 + length) { // mostly vectors that fit
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(6) : 0x20);
        bytes[at + 1] = 0;
        int room = 16 + length - at - 3;
        bytes[at + 2] = (byte) (random.nextInt(8) == 0 ? room + 1 : random.nextInt(room + 1));
        at += 3 + (bytes[at + 2] & 0xFF);
      }
      Finding finding = DISSECTOR.stream("a", bytes).findings().get(0);
      valid += finding.isValid() ? 1 : 0;
      assertRangesFollowEachOther(finding, bytes);
    }
    assertThat(valid).isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 1.2.3.04 5.6.7.8 1 2, 18, ADDRESS, R17",
    "PROXY TCP4 ::1 ::1 1 2, 11, ADDRESS, R19",
    "PROXY TCP6 1.2.3.4 5.6.7.8 1 2, 12, ADDRESS, R19",
    "PROXY TCP6 ::1%eth0 ::1 1 2, 14, ADDRESS, R18",
    "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536, 33, PORT, R20",
    "PROXY UDP4 1.2.3.4 5.6.7.8 1 2, 7, TRANSPORT, R16",
    "'PROXY TCP4  1.2.3.4 5.6.7.8 1 2', 11, ADDRESS, R17",
    "GET / HTTP/1.1, 0, MISSING, R14",
    "PROPFIND /, 3, MISSING, R14",
  })
  void refusedByteIsTheFirstImpossibleOne(String text, int offset, Reason reason, String rule) {
    Refusal refusal = find(text + "\r\n").refusal();

    assertThat(refusal.offset()).isEqualTo(offset);
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.rule()).isEqualTo(rule);
  }

  @Test
  void headersInARowAndThePayloadAreFound() {
    byte[] bytes = "PROXY UNKNOWN\r\nPROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nhello".getBytes(US_ASCII);
    Dissection dissection = DISSECTOR.stream("a", bytes);

    assertThat(dissection.findings()).extracting(Finding::offset).containsExactly(0, 15);
    assertThat(dissection.payloadOffset()).isEqualTo(bytes.length - 5);
    assertThat(dissection.isValid()).isTrue();
  }
}
