/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.protocol;

import io.netty.handler.codec.DecoderException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells that a header is missing, malformed, late or refused. {@link #reason()} tells which of
 * them.
 *
 * <p>The message holds no byte that came from the peer, so that it can be logged as it is. No stack
 * trace is filled in, because the cause lies in the peer's bytes and not in the code, and because a
 * flood of bad headers must stay cheap.
 */
public final class ProxyHeaderException extends DecoderException {
  private static final long serialVersionUID = 1L;

  /** The reason for which a connection, a datagram or a header was refused. */
  public enum Reason {
    /** The bytes do not start with a header, and one is required. */
    MISSING,
    /** The connection or the datagram ended before the header was complete. */
    TRUNCATED,
    /** The header had started but was not complete in time, or it started too late. */
    TIMEOUT,
    /** The peer sent no byte in time, as many probes do that only test whether the port is open. */
    SILENT,
    /** The header is longer than the protocol or the reader's limit allows. */
    TOO_LONG,
    /** The version is unknown, or the reader is set not to read it. */
    VERSION,
    /** The command is not assigned. */
    COMMAND,
    /**
     * The family or the transport is not assigned, or the reader is set not to accept it. In
     * version 1 this is also said of a protocol that is not TCP4, TCP6 or UNKNOWN.
     */
    TRANSPORT,
    /** The grammar of version 1 does not allow a byte in its place. */
    SYNTAX,
    /** An address of version 1 is malformed, or not one of the line's family. */
    ADDRESS,
    /** A port of version 1 is not a number from 0 to 65535 without leading zeros. */
    PORT,
    /** The announced length is too short for the addresses of the family. */
    LENGTH,
    /** The vectors do not end where the header ends, or a vector's type forbids its length. */
    TLV,
    /** The checksum has the wrong length, or does not match the header. */
    CHECKSUM,
    /** There is a header, and none is allowed. */
    UNEXPECTED,
    /** The peer is not one that is allowed to connect. */
    UNTRUSTED,
    /** A check of the application refused the header, or threw an exception itself. */
    VALIDATION
  }

  private final Reason reason;

  /**
   * Creates an exception.
   *
   * @param reason the reason that {@link #reason()} returns
   * @param message what is wrong, without any byte that the peer has sent
   */
  public ProxyHeaderException(Reason reason, String message) {
    this(reason, message, null);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param reason the reason that {@link #reason()} returns
   * @param message what is wrong, without any byte that the peer has sent
   * @param cause the exception that led to this one, or {@code null}
   */
  public ProxyHeaderException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Returns why the header was refused. */
  public Reason reason() {
    return reason;
  }

  /** Does nothing, because an exception of this class has no stack trace. */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // The method changes nothing.
  public Throwable fillInStackTrace() {
    return this;
  }
}
