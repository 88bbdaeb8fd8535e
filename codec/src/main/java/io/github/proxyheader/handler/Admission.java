/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a connection, by its policy and its first bytes: the table of {@link
 * ProxyHeaderPolicy}.
 *
 * <p>The bytes of an incomplete header are copied into a small buffer, so that a slow peer does not
 * keep a whole receive buffer; what is behind a header is not copied.
 */
final class Admission {
  /** What to do next. */
  enum Verdict {
    /** For more. */
    WAIT,
    /** With {@link #header()} or without one. */
    GO_ON,
    /** Close, for {@link #refusal()}. */
    REFUSE,
    /** Close, quietly. */
    ABANDON
  }

  /** Room for any version 1 line, and for most of version 2. */
  private static final int FIRST_CAPACITY = 128;

  private final ReceiverOptions options;

  /** The policy that was chosen, and the one that is followed. */
  private @Nullable ProxyHeaderPolicy chosen;

  private @Nullable ProxyHeaderPolicy policy;
  private @Nullable ProxyHeader header;
  private @Nullable ProxyHeaderException refusal;

  /** The start of what may become a header. */
  private @Nullable ByteBuf start;

  /** The buffer that decided, without the header's bytes. */
  private @Nullable ByteBuf rest;

  Admission(ReceiverOptions options) {
    this.options = options;
    if (options.policy() != null) {
      policy(options.policy());
    }
  }

  /** Returns the policy, null while a selector has yet to choose it. */
  @Nullable ProxyHeaderPolicy policy() {
    return policy;
  }

  void policy(ProxyHeaderPolicy policy) {
    chosen = policy;
    this.policy =
        switch (policy) {
          case REQUIRE, REJECT, CLOSE -> options.reportOnly() ? ProxyHeaderPolicy.USE : policy;
          case USE, IGNORE, SKIP -> policy;
        };
  }

  /** Returns why the peer would be refused, were it not for report-only. */
  @Nullable ProxyHeaderException reportOnPeer() {
    return options.reportOnly() && chosen == ProxyHeaderPolicy.CLOSE ? untrusted() : null;
  }

  /** Returns why the connection that goes on would be refused, were it not for report-only. */
  @Nullable ProxyHeaderException reportOnHeader() {
    if (options.reportOnly() && chosen == ProxyHeaderPolicy.REQUIRE && header == null) {
      return missing();
    }
    return options.reportOnly() && chosen == ProxyHeaderPolicy.REJECT && header != null
        ? unexpected()
        : null;
  }

  private static ProxyHeaderException missing() {
    return new ProxyHeaderException(Reason.MISSING, "no PROXY protocol header");
  }

  private static ProxyHeaderException unexpected() {
    return new ProxyHeaderException(Reason.UNEXPECTED, "a header is not allowed here");
  }

  /** Why a peer is refused that is not trusted. */
  static ProxyHeaderException untrusted() {
    return new ProxyHeaderException(Reason.UNTRUSTED, "the peer is not trusted");
  }

  /** Returns the header, if there is one that counts. */
  @Nullable ProxyHeader header() {
    return policy == ProxyHeaderPolicy.IGNORE ? null : header;
  }

  /** Returns why the connection was refused. */
  ProxyHeaderException refusal() {
    return Objects.requireNonNull(refusal, "refusal");
  }

  private Verdict refuse(ProxyHeaderException cause) {
    refusal = cause;
    return Verdict.REFUSE;
  }

  private Verdict refuse(Reason reason, String message, @Nullable Throwable cause) {
    return refuse(new ProxyHeaderException(reason, message, cause));
  }

  /** Takes what came in, and takes its ownership. Throws only if bytes are lost. */
  Verdict onBytes(ByteBuf in, ByteBufAllocator allocator) {
    rest = in;
    ByteBuf bytes = in;
    int before = 0;
    if (start != null) {
      bytes = start;
      before = start.readableBytes();
      int room = options.reader().maxHeaderSize() - before;
      start.writeBytes(in, in.readerIndex(), Math.min(room, in.readableBytes()));
    }
    int index = bytes.readerIndex();
    try {
      header = read(bytes);
    } catch (ProxyHeaderException e) {
      if (e.reason() != Reason.MISSING || policy == ProxyHeaderPolicy.REQUIRE) {
        return refuse(e);
      }
      if (start != null) {
        start.writerIndex(index + before); // the bytes of the other buffer stay there
      }
      return Verdict.GO_ON;
    }
    if (header == null) {
      keep(in, allocator);
      return Verdict.WAIT;
    }
    if (start != null) {
      in.skipBytes(start.readerIndex() - index - before);
      start.release();
      start = null;
    }
    return Verdict.GO_ON;
  }

  private @Nullable ProxyHeader read(ByteBuf bytes) {
    if (policy == ProxyHeaderPolicy.REJECT
        && options.reader().detect(bytes) == HeaderPresence.PRESENT) {
      throw unexpected();
    }
    return options.reader().read(bytes);
  }

  private void keep(ByteBuf in, ByteBufAllocator allocator) {
    int length = in.readableBytes();
    if (start == null && length > 0) {
      int max = Math.max(FIRST_CAPACITY, options.reader().maxHeaderSize());
      start = allocator.heapBuffer(Math.max(FIRST_CAPACITY, length), max);
      start.writeBytes(in);
    }
    rest = null;
    in.release();
  }

  /** A message came that is not bytes: no header can be in it. */
  Verdict onOtherMessage() {
    return needsHeader()
        ? refuse(Reason.MISSING, "a message that is not bytes", null)
        : Verdict.GO_ON;
  }

  Verdict onTimeout() {
    return needsHeader()
        ? refuse(Reason.TIMEOUT, "the header is not complete in time", null)
        : Verdict.GO_ON;
  }

  /** The peer sends no more, but may still receive. */
  Verdict onHalfClose() {
    return start == null && policy != ProxyHeaderPolicy.REQUIRE ? Verdict.GO_ON : onEnd(null);
  }

  /** The connection ended, with an exception or without. */
  Verdict onEnd(@Nullable Throwable cause) {
    if (start == null) {
      return Verdict.ABANDON;
    }
    if (needsHeader()) {
      return refuse(Reason.TRUNCATED, "the connection ends in the header", cause);
    }
    return cause == null ? Verdict.GO_ON : Verdict.ABANDON;
  }

  private boolean needsHeader() {
    return policy == ProxyHeaderPolicy.REQUIRE
        || start != null && options.reader().detect(start) == HeaderPresence.PRESENT;
  }

  /** Hands out what came before the buffer that decided, if that was no header. */
  @Nullable ByteBuf takeStart() {
    ByteBuf taken = start;
    start = null;
    return taken;
  }

  /** Hands out the buffer that decided, if anything is left in it. */
  @Nullable ByteBuf takeRest() {
    ByteBuf taken = rest;
    rest = null;
    if (taken != null && !taken.isReadable()) {
      taken.release();
      return null;
    }
    return taken;
  }

  void release() {
    ReferenceCountUtil.release(takeStart());
    ByteBuf taken = rest;
    rest = null;
    if (taken != null && taken.refCnt() > 0) { // it may have been released before it came
      taken.release();
    }
  }
}
