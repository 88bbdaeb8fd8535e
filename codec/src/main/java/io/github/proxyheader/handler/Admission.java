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
 * Decides what becomes of a connection by its policy and its first bytes. The decisions are those
 * of the table in {@link ProxyHeaderPolicy}.
 *
 * <p>The bytes of an incomplete header are copied into a small buffer, so that a slow peer does not
 * keep a whole receive buffer alive. What follows a header is not copied.
 */
final class Admission {
  /** What the decoder does next. */
  enum Verdict {
    /** It waits for more bytes. */
    WAIT,
    /** It goes on with {@link #header()}, or without a header if that is {@code null}. */
    GO_ON,
    /** It refuses the connection with {@link #refusal()}. */
    REFUSE,
    /** It closes the channel without an exception. */
    ABANDON
  }

  /** The initial capacity for a header: enough for any line of version 1 and most of version 2. */
  private static final int FIRST_CAPACITY = 128;

  private final ReceiverOptions options;

  /** The policy that was chosen, {@code null} until a selector has chosen it. */
  private @Nullable ProxyHeaderPolicy chosen;

  private @Nullable ProxyHeader header;
  private @Nullable ProxyHeaderException refusal;

  /** A copy of the bytes that may become a header. */
  private @Nullable ByteBuf start;

  /** The buffer with which the decision was made, without the bytes of the header. */
  private @Nullable ByteBuf rest;

  /** Set if the connection goes on although a header may still come. */
  private @Nullable LateHeaderDetector lateHeaderDetector;

  Admission(ReceiverOptions options) {
    this.options = options;
    chosen = options.policy();
  }

  ReceiverOptions options() {
    return options;
  }

  /**
   * Returns the policy that is followed, {@code null} until a selector has chosen it. It differs
   * from the chosen one if refusals are only reported.
   */
  @Nullable ProxyHeaderPolicy policy() {
    boolean refuses =
        chosen == ProxyHeaderPolicy.REQUIRE
            || chosen == ProxyHeaderPolicy.REJECT
            || chosen == ProxyHeaderPolicy.CLOSE;
    return refuses && options.reportOnly() ? ProxyHeaderPolicy.USE : chosen;
  }

  /** Returns the policy that was chosen, also if another one is followed. */
  ProxyHeaderPolicy chosen() {
    return Objects.requireNonNull(chosen, "chosen");
  }

  /** Sets the policy that was chosen. */
  void choose(ProxyHeaderPolicy policy) {
    chosen = policy;
  }

  /** Returns what to report of a peer that would be refused if refusals were not only reported. */
  @Nullable ProxyHeaderException reportOnPeer() {
    return options.reportOnly() && chosen == ProxyHeaderPolicy.CLOSE ? untrusted() : null;
  }

  /** Returns what to report of a header, or of its absence, for the same reason. */
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

  /** Returns the exception for a peer that is not trusted. */
  static ProxyHeaderException untrusted() {
    return new ProxyHeaderException(Reason.UNTRUSTED, "the peer is not trusted");
  }

  /** Returns the header, {@code null} if there is none or the policy ignores it. */
  @Nullable ProxyHeader header() {
    return policy() == ProxyHeaderPolicy.IGNORE ? null : header;
  }

  /** Returns the exception that belongs to the verdict {@link Verdict#REFUSE}. */
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

  /**
   * Decides by the bytes that have come in so far.
   *
   * @param in the next bytes, which this object releases or hands out by {@link #takeRest()}
   * @throws RuntimeException if the bytes are lost, because there is no memory or somebody has
   *     released the buffer
   */
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
      if (e.reason() != Reason.MISSING || policy() == ProxyHeaderPolicy.REQUIRE) {
        return refuse(e);
      }
      if (start != null) {
        start.writerIndex(index + before); // what was copied from the other buffer is still in it
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
    if (policy() == ProxyHeaderPolicy.REJECT
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

  /** Decides when a message comes that is no buffer, in which there can be no header. */
  Verdict onOtherMessage() {
    return needsHeader()
        ? refuse(Reason.MISSING, "a message that is not bytes", null)
        : Verdict.GO_ON;
  }

  /** Decides at the time-out. A connection that goes on is watched for a header that is late. */
  Verdict onTimeout() {
    if (needsHeader()) {
      return start == null
          ? refuse(Reason.SILENT, "the peer sends nothing in time", null)
          : refuse(Reason.TIMEOUT, "the header is not complete in time", null);
    }
    ProxyHeaderException refusal =
        policy() == ProxyHeaderPolicy.REJECT
            ? unexpected()
            : new ProxyHeaderException(Reason.TIMEOUT, "the header comes after the time-out");
    lateHeaderDetector = new LateHeaderDetector(options, refusal);
    return Verdict.GO_ON;
  }

  /** Returns the handler that watches for a header after the time-out, if there was one. */
  @Nullable LateHeaderDetector lateHeaderDetector() {
    return lateHeaderDetector;
  }

  /** Decides when the peer has sent its last byte but may still receive. */
  Verdict onHalfClose() {
    return start == null && policy() != ProxyHeaderPolicy.REQUIRE ? Verdict.GO_ON : onEnd(null);
  }

  /** Decides when the connection has ended, with an exception or without. */
  Verdict onEnd(@Nullable Throwable cause) {
    if (start == null) {
      return Verdict.ABANDON;
    }
    if (needsHeader()) {
      return refuse(Reason.TRUNCATED, "the connection ends in the header", cause);
    }
    return cause == null ? Verdict.GO_ON : Verdict.ABANDON;
  }

  /** Returns whether the connection cannot go on without a header, or has started with one. */
  private boolean needsHeader() {
    return policy() == ProxyHeaderPolicy.REQUIRE
        || start != null && options.reader().detect(start) == HeaderPresence.PRESENT;
  }

  /** Hands out the bytes that came before {@link #takeRest()}, if they are no header. */
  @Nullable ByteBuf takeStart() {
    ByteBuf taken = start;
    start = null;
    return taken;
  }

  /** Hands out the buffer with which the decision was made, if anything is left in it. */
  @Nullable ByteBuf takeRest() {
    ByteBuf taken = rest;
    rest = null;
    if (taken != null && !taken.isReadable()) {
      taken.release();
      return null;
    }
    return taken;
  }

  /** Releases all bytes. */
  void release() {
    ReferenceCountUtil.release(takeStart());
    ByteBuf taken = rest;
    rest = null;
    if (taken != null && taken.refCnt() > 0) { // it may have been released before it came
      taken.release();
    }
  }
}
