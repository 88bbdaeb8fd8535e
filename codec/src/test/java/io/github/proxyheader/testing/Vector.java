/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.testing;

import io.github.proxyheader.protocol.ProxyTransport;
import io.github.proxyheader.tlv.Tlv;
import java.util.List;
import java.util.Set;

/**
 * One line of {@code vectors.jsonl}: bytes and the verdict that follows from the rules.
 *
 * @param expect {@code proxied}, {@code local}, {@code reject}, {@code incomplete} or {@code
 *     absent}
 * @param alternatives verdicts that the protocol text permits as well
 * @param transport null unless there is a header
 * @param source an address as the vectors write it, or null
 * @param destination an address as the vectors write it, or null
 * @param consumed the length of the header
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Vector(
    String id,
    boolean datagram,
    String expect,
    Set<String> alternatives,
    ProxyTransport transport,
    String source,
    String destination,
    List<Tlv> tlvs,
    int consumed,
    byte[] bytes) {

  public boolean isAccepted() {
    return expect.equals("proxied") || expect.equals("local");
  }

  @Override
  public String toString() {
    return id;
  }
}
