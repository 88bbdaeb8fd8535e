/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

/**
 * Says whether a connection must, may or must not start with a header.
 *
 * <p>The table shows what becomes of a connection by what the peer does. The connection either goes
 * on, with the addresses of the header ("proxied") or the real ones ("direct"), or it is closed. It
 * is closed for a {@link io.github.proxyheader.protocol.ProxyHeaderException.Reason Reason}, or
 * because it was abandoned, which is no failure.
 *
 * <table>
 *   <caption>Policies and outcomes</caption>
 *   <tr><th>The peer sends</th><th>REQUIRE</th><th>USE</th><th>IGNORE</th><th>REJECT</th></tr>
 *   <tr><td>a header with addresses</td>
 *     <td>proxied</td><td>proxied</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>LOCAL, UNSPEC or {@code UNKNOWN}</td>
 *     <td>direct</td><td>direct</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>no header</td>
 *     <td>MISSING</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>a malformed header</td>
 *     <td>what is wrong</td><td>what is wrong</td><td>what is wrong</td><td>UNEXPECTED</td></tr>
 *   <tr><td>half a header, then nothing until the time-out</td>
 *     <td>TIMEOUT</td><td>TIMEOUT</td><td>TIMEOUT</td><td>UNEXPECTED</td></tr>
 *   <tr><td>half a header, then ends or half-closes</td>
 *     <td>TRUNCATED</td><td>TRUNCATED</td><td>TRUNCATED</td><td>UNEXPECTED</td></tr>
 *   <tr><td>bytes that a header and others may start with, then nothing until the time-out</td>
 *     <td>TIMEOUT</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>such bytes, then ends or half-closes</td>
 *     <td>TRUNCATED</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing until the time-out</td>
 *     <td>SILENT</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing, then half-closes</td>
 *     <td>abandoned</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>nothing, then ends</td>
 *     <td>abandoned</td><td>abandoned</td><td>abandoned</td><td>abandoned</td></tr>
 * </table>
 *
 * <p>Under {@link #SKIP} the connection goes on directly, and under {@link #CLOSE} it is closed as
 * UNTRUSTED, whatever the peer does. Where a connection goes on directly, the bytes that came are
 * payload, except that a header under IGNORE is consumed. A reset counts as an end, but the bytes
 * that came before it are not payload.
 *
 * <p>No policy but SKIP passes a header on as payload, however late it comes. If a connection went
 * on directly at the time-out because nothing had come, or only bytes that a header and others may
 * start with, the first bytes are still watched. At the byte that completes the start of a header
 * the channel is closed, as UNEXPECTED under REJECT and as TIMEOUT under USE and IGNORE. That byte
 * and all bytes behind it are dropped, the exception is fired, and the listener is told {@link
 * ProxyHeaderListener#reported reported}, since it was told {@link ProxyHeaderListener#proxied
 * proxied} before.
 *
 * <p>The protocol text wants the choice to come from the configuration and never from a guess (rule
 * R7). Choose anything but {@link #REQUIRE}, {@link #REJECT} and {@link #CLOSE} only for peers that
 * you trust.
 */
public enum ProxyHeaderPolicy {
  /** A connection without a header is refused. */
  REQUIRE,
  /** A header is optional and is used. Every peer that can connect can claim any address. */
  USE,
  /** A header is optional; it is consumed, and its content is not used. */
  IGNORE,
  /** A connection with a header is refused; one without goes on. */
  REJECT,
  /** The bytes are not looked at, so a header is payload. */
  SKIP,
  /** The connection is closed at once. */
  CLOSE
}
