/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoopGroup;
import java.net.Socket;
import java.util.List;

/** A header that was published of a sender that cannot be run here. */
record Published(String sender, String source, String expected, byte[] header) {

  static List<Published> all() {
    return Matrix.lines("captures.txt").stream().map(Published::of).toList();
  }

  private static Published of(String line) {
    String[] parts = line.split("\\|");
    return new Published(
        parts[0].strip(),
        parts[1].strip(),
        parts[2].strip(),
        ByteBufUtil.decodeHexDump(parts[3].strip()));
  }

  /** Sends the bytes to the decoder, and compares what it made of them. */
  void run(EventLoopGroup group, Results results) throws Exception {
    try (Witness witness = new Witness(group);
        Socket socket = new Socket(witness.address().getAddress(), witness.address().getPort())) {
      socket.getOutputStream().write(header);
      socket.getOutputStream().write("hello\n".getBytes(US_ASCII));
      Witness.Seen seen = witness.await();
      String summary = SenderRun.summary(seen, null);
      results.capture(sender, summary);
      assertThat(summary).as(sender).isEqualTo(expected);
      assertThat(seen.payload()).isEqualTo("hello\n");
    }
  }

  @Override
  public String toString() {
    return sender;
  }
}
