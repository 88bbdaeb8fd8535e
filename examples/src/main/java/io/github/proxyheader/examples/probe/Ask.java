/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.probe;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;

/**
 * How a receiver is made to answer, so that it shows whether it has taken a header. An ask is
 * immutable.
 */
public final class Ask {
  private static final Pattern SMTP_GREETING = Pattern.compile("(?s)220[ -].*\\n");
  private static final Pattern SMTP_REPLY = Pattern.compile("(?s).*\\n[2-5]\\d\\d .*\\n");
  private static final Pattern REFUSING_GREETING =
      Pattern.compile("(?s)([45]\\d\\d[ -]|\\* BYE|-ERR|ERROR|.{4}\\xFF).*");

  /** The ways to ask. */
  public enum Kind {
    /** A request of HTTP; a status of 400 is a refusal. */
    HTTP,
    /** The greeting of SMTP and the reply to EHLO. */
    SMTP,
    /** The greeting of a server that speaks first, such as IMAP, POP3, FTP, SSH or MySQL. */
    GREETING,
    /** Any answer to bytes that the caller gives. */
    SEND,
    /** Nothing is sent: only a close is an answer. */
    NONE
  }

  private final Kind kind;
  private final byte[] request;
  private final String refusal;

  private Ask(Kind kind, byte[] request, String refusal) {
    this.kind = kind;
    this.request = request;
    this.refusal = refusal;
  }

  /** Returns an ask that needs no bytes of the caller. */
  public static Ask of(Kind kind) {
    String http = "GET / HTTP/1.0\r\nHost: probe.invalid\r\nConnection: close\r\n\r\n";
    return new Ask(kind, kind == Kind.HTTP ? http.getBytes(US_ASCII) : new byte[0], "");
  }

  /** Returns an ask that sends these bytes behind the header. */
  public static Ask send(byte[] request) {
    return new Ask(Kind.SEND, request.clone(), "");
  }

  /** Returns an ask that sends this request of HTTP behind the header. */
  public static Ask http(byte[] request) {
    return new Ask(Kind.HTTP, request.clone(), "");
  }

  /** Returns the same ask, to which an answer that starts with this text is a refusal. */
  public Ask refusedBy(String start) {
    return new Ask(kind, request, start);
  }

  Kind kind() {
    return kind;
  }

  byte[] request() {
    return request;
  }

  /** Returns what is sent when the receiver has answered so much; empty if nothing is. */
  byte[] next(byte[] answer, int sent) {
    if (kind == Kind.SMTP) {
      String text = new String(answer, ISO_8859_1);
      if (sent == 0 && SMTP_GREETING.matcher(text).matches()) {
        return "EHLO probe.invalid\r\n".getBytes(US_ASCII);
      }
      if (sent == 1 && SMTP_REPLY.matcher(text).matches()) {
        return "QUIT\r\n".getBytes(US_ASCII);
      }
    }
    return new byte[0];
  }

  /** Returns whether nothing more of interest can come. */
  boolean isComplete(byte[] answer) {
    return kind == Kind.GREETING && answer.length > 0;
  }

  /** Returns whether an answer shows that the receiver serves the client. */
  boolean isServed(byte[] answer) {
    String text = new String(answer, ISO_8859_1);
    if (!refusal.isEmpty() && text.startsWith(refusal)) {
      return false;
    }
    return switch (kind) {
      case HTTP -> text.startsWith("HTTP/") && !text.matches("(?s)HTTP/\\S+ 400\\b.*");
      case SMTP -> text.matches("(?s)220[ -].*\\r?\\n250[ -].*");
      case GREETING -> !text.isEmpty() && !REFUSING_GREETING.matcher(text).matches();
      default -> !text.isEmpty();
    };
  }
}
