/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class HexTextTest {
  private static final String EXPECTED = "0d0a0d0a000d0a515549540a2111000c7f0000017f00000104d20050";

  private static String parse(String text) throws InputException {
    return HexFormat.of().formatHex(HexText.parse(text, 1 << 16));
  }

  static Stream<String> texts() {
    return Stream.of(
        EXPECTED,
        EXPECTED.toUpperCase(java.util.Locale.ROOT),
        "0x" + EXPECTED,
        EXPECTED.replaceAll("..", "$0 "),
        EXPECTED.replaceAll("..(?=.)", "$0:"),
        EXPECTED.replaceAll("..(?=.)", "$0-"),
        EXPECTED.replaceAll("....", "$0 ").replaceAll("(.{20})", "$1\n"),
        EXPECTED.replaceAll("..", "0x$0, "),
        "{ " + EXPECTED.replaceAll("..", "0x$0, ") + "};",
        "\"" + EXPECTED.replaceAll("..", "\\\\x$0") + "\"",
        // xxd
        """
        00000000: 0d0a 0d0a 000d 0a51 5549 540a 2111 000c  .......QUIT.!...
        00000010: 7f00 0001 7f00 0001 04d2 0050            ...........P
        """,
        // xxd -s 32, of a larger file
        """
        00000020: 0d0a 0d0a 000d 0a51 5549 540a 2111 000c  .......QUIT.!...
        00000030: 7f00 0001 7f00 0001 04d2 0050            ...........P
        """,
        // hexdump -C
        """
        00000000  0d 0a 0d 0a 00 0d 0a 51  55 49 54 0a 21 11 00 0c  |.......QUIT.!...|
        00000010  7f 00 00 01 7f 00 00 01  04 d2 00 50              |...........P|
        0000001c
        """,
        // od -A x -t x1z
        """
        000000 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c  >.......QUIT.!...<
        000010 7f 00 00 01 7f 00 00 01 04 d2 00 50              >...........P<
        00001c
        """,
        // od -t x1
        """
        0000000 0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c
        0000020 7f 00 00 01 7f 00 00 01 04 d2 00 50
        0000034
        """,
        // tcpdump -X, of the header alone
        """
        \t0x0000:  0d0a 0d0a 000d 0a51 5549 540a 2111 000c  .......QUIT.!...
        \t0x0010:  7f00 0001 7f00 0001 04d2 0050            ...........P
        """,
        // Wireshark
        """
        0000   0d 0a 0d 0a 00 0d 0a 51 55 49 54 0a 21 11 00 0c   .......QUIT.!...
        0010   7f 00 00 01 7f 00 00 01 04 d2 00 50               ...........P
        """);
  }

  @ParameterizedTest
  @MethodSource("texts")
  void everyWayToWriteBytesIsRead(String text) throws InputException {
    assertThat(parse(text)).isEqualTo(EXPECTED);
  }

  @Test
  void repeatedLinesOfADumpAreFilledIn() throws InputException {
    assertThat(
            parse(
                """
                00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
                *
                00000030  41                                                |A|
                00000031
                """))
        .isEqualTo("00".repeat(48) + "41");
  }

  @ParameterizedTest
  @CsvSource({
    "0d0, the number of hexadecimal digits is odd",
    "0d 0 0a, 'line 1, column 5: half a byte, one digit alone'",
    "0d\u001b[, 'line 1, column 3: ''\\x1b'' is no hexadecimal digit'",
    "hello, 'line 1, column 1: ''h'' is no hexadecimal digit'",
    "0x, there are no hexadecimal digits",
    "0000000 0a0d 0a0d, 'line 1: words of two bytes in the order of a machine; dump with xxd, "
        + "hexdump -C or od -t x1'",
    "00000000: 0d0a 0, line 1: a group is not hexadecimal bytes",
  })
  void whatIsNoHexadecimalTextIsRefused(String text, String message) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(InputException.class).hasMessage(message);
  }

  @Test
  void dumpWithAMissingLineIsRefused() {
    assertThatThrownBy(() -> parse("00000000: 0d0a\n00000010: 0d0a\n"))
        .hasMessage("line 2: the offset does not follow the line before");
    assertThatThrownBy(() -> parse("00000000  0d 0a  |..|\n*\n"))
        .hasMessage("the dump ends with '*': the offset of its end is missing");
    assertThatThrownBy(() -> HexText.parse("00000000  00  |.|\n*\n40000000\n", 1 << 16))
        .hasMessage("there are more than 65536 bytes");
  }
}
