/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What a reader makes of bytes: a header, a refusal, or neither yet.
 *
 * @param header the header, or null
 * @param consumed how many bytes it took, 0 without a header
 * @param reason why the bytes are refused, or null
 */
public record Verdict(ProxyHeader header, int consumed, ProxyHeaderException.Reason reason) {
  public static final Verdict INCOMPLETE = new Verdict(null, 0, null);

  /** Reads, and asserts what holds for every call: only a header moves the reader index. */
  public static Verdict of(ProxyHeaderReader reader, ByteBuf in) {
    int readerIndex = in.readerIndex();
    int writerIndex = in.writerIndex();
    Verdict verdict;
    try {
      ProxyHeader header = reader.read(in);
      verdict =
          header == null ? INCOMPLETE : new Verdict(header, in.readerIndex() - readerIndex, null);
    } catch (ProxyHeaderException e) {
      assertThat(e.getStackTrace()).isEmpty();
      verdict = new Verdict(null, 0, e.reason());
    }
    assertThat(in.readerIndex()).as("reader index").isEqualTo(readerIndex + verdict.consumed);
    assertThat(in.writerIndex()).as("writer index").isEqualTo(writerIndex);
    assertThat(in.refCnt()).as("reference count").isEqualTo(1);
    return verdict;
  }

  public static Verdict of(ProxyHeaderReader reader, byte[] bytes) {
    return of(reader, Unpooled.wrappedBuffer(bytes));
  }

  /** The standard reader's verdict. */
  public static Verdict of(byte[] bytes) {
    return of(ProxyHeaderReader.standard(), bytes);
  }

  public boolean isAccepted() {
    return header != null;
  }

  public boolean isRejected() {
    return reason != null;
  }

  public boolean isIncomplete() {
    return header == null && reason == null;
  }
}
