/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyHeaderReader;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;

/**
 * Takes the header off each datagram, and gives a {@link ProxiedDatagram} with its client's address
 * to the handlers behind.
 *
 * <p><b>By default every datagram must have a header, and every sender is believed.</b> Whoever
 * reaches the port can claim any client address: name your proxies with {@link
 * DatagramReceiverOptions.Builder#policy(io.github.proxyheader.handler.TrustedProxies)}, and keep
 * packets that claim to come from them out of your network. A sender's address is not proved by a
 * handshake over UDP, as it is over TCP.
 *
 * <pre>{@code
 * DatagramReceiverOptions options =
 *     DatagramReceiverOptions.builder()
 *         .policy(TrustedProxies.of("127.0.0.0/8", "10.0.0.0/8")) // your proxies
 *         .build();
 * }</pre>
 *
 * <p>Each datagram stands for itself (R10): nothing of one is remembered for the next. One whose
 * header is incomplete, malformed, refused by the policy or the validator, or missing where it is
 * required, is released and told to the {@link DatagramListener}; no exception is fired, and the
 * channel stays open. By policy:
 *
 * <table>
 *   <caption>Policies and outcomes</caption>
 *   <tr><th>The datagram has</th><th>REQUIRE</th><th>USE</th><th>IGNORE</th><th>REJECT</th></tr>
 *   <tr><td>a header with addresses</td>
 *     <td>proxied</td><td>proxied</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>LOCAL or UNSPEC</td>
 *     <td>direct</td><td>direct</td><td>direct</td><td>UNEXPECTED</td></tr>
 *   <tr><td>no header, or less than the signature</td>
 *     <td>MISSING</td><td>direct</td><td>direct</td><td>direct</td></tr>
 *   <tr><td>a malformed header</td>
 *     <td>what is wrong</td><td>what is wrong</td><td>what is wrong</td><td>UNEXPECTED</td></tr>
 *   <tr><td>a part of a header</td>
 *     <td>TRUNCATED</td><td>TRUNCATED</td><td>TRUNCATED</td><td>UNEXPECTED</td></tr>
 *   <tr><td>a header of version 1</td>
 *     <td>VERSION</td><td>VERSION</td><td>VERSION</td><td>UNEXPECTED</td></tr>
 * </table>
 *
 * <p>SKIP passes everything on as payload, CLOSE drops everything as UNTRUSTED. "Direct" is a
 * {@link ProxiedDatagram} as well, with the real addresses. A message that is no datagram is
 * dropped as MISSING, whatever the policy. The transport that a header tells is taken as it is:
 * some senders write TCP4 in datagrams.
 *
 * <p>The payload is a slice of what was received, not a copy. Datagrams that the kernel put
 * together ({@link io.netty.channel.unix.SegmentedDatagramPacket}) are taken apart first. Where the
 * receive buffer ({@link io.netty.channel.ChannelOption#RCVBUF_ALLOCATOR}, 2,048 bytes unless set)
 * ends, the transport cuts a datagram off; the header's bytes count. Without {@code AUTO_READ}, a
 * read that brought only what was dropped is followed by another.
 *
 * <p>Each channel needs its own instance.
 */
public final class ProxyHeaderDatagramDecoder extends ChannelInboundHandlerAdapter {
  private final DatagramAdmission admission;

  /** Creates a decoder with all defaults: a header from everybody, see above. */
  public ProxyHeaderDatagramDecoder() {
    this(DatagramReceiverOptions.standard());
  }

  /** Creates a decoder with these options. */
  public ProxyHeaderDatagramDecoder(DatagramReceiverOptions options) {
    Objects.requireNonNull(options, "options");
    admission = new DatagramAdmission(options, new Version2(options.reader()));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    admission.receive(ctx, msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    admission.readComplete(ctx);
  }

  /** The PROXY protocol's version 2, in whole datagrams. */
  private record Version2(ProxyHeaderReader reader) implements DatagramAdmission.Format {
    @Override
    public boolean isPresent(ByteBuf in) {
      return reader.detect(in) == HeaderPresence.PRESENT;
    }

    @Override
    public ProxyHeader read(ByteBuf in) {
      ProxyHeader header = reader.read(in);
      if (header == null) { // no more bytes will come
        throw isPresent(in)
            ? new ProxyHeaderException(Reason.TRUNCATED, "the datagram ends in the header")
            : new ProxyHeaderException(Reason.MISSING, "no PROXY protocol header");
      }
      if (header.version() == ProxyVersion.V1) {
        throw new ProxyHeaderException(Reason.VERSION, "version 1 in a datagram");
      }
      return header;
    }
  }
}
