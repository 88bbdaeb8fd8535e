/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BeliefTest {
  @ParameterizedTest
  @CsvSource({
    "client=203.0.113.7 port=1, 203.0.113.7:1, true",
    "client=203.0.113.7:1, 203.0.113.7:1, true",
    "client=203.0.113.70, 203.0.113.7:1, false",
    "client=1203.0.113.7, 203.0.113.7:1, false",
    "It is 203.0.113.7., 203.0.113.7:1, true",
    "::ffff:203.0.113.7, 203.0.113.7:1, true",
    "2001:0db8:0000:0000:0000:0000:0000:0007, [2001:db8::7]:1, true",
    "[2001:DB8:0:0::7], [2001:db8::7]:1, true",
    "2001:db8::77, [2001:db8::7]:1, false",
    "path=/run/source.sock, unix:/run/source.sock, true",
    "nothing, 203.0.113.7:1, false"
  })
  void addressIsFoundInAnyWayToWriteIt(String text, String address, boolean expected) {
    assertThat(Belief.holds(text.getBytes(ISO_8859_1), address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"a:80, true", "a:8080, false", "80, true", "180, false"})
  void portIsAWordOfItsOwn(String text, boolean expected) {
    assertThat(Belief.holdsPort(text.getBytes(ISO_8859_1), "1.2.3.4:80")).isEqualTo(expected);
  }
}
