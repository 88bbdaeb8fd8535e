/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.datagram;

import io.github.proxyheader.protocol.HeaderPresence;
import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Objects;

/**
 * Removes the header from each datagram, and passes on a {@link ProxiedDatagram} that holds the
 * payload and the client's address.
 *
 * <p><b>By default every datagram must have a header, and every sender is believed.</b> Whoever
 * reaches the port can claim any client address. Name your proxies with {@link
 * DatagramReceiverOptions.Builder#policy(io.github.proxyheader.handler.TrustedProxies)}, and let no
 * packets into your network that claim to come from them: UDP has no handshake that would prove the
 * sender's address, as TCP has.
 *
 * <pre>{@code
 * DatagramReceiverOptions options =
 *     DatagramReceiverOptions.builder()
 *         .policy(TrustedProxies.of("127.0.0.0/8", "10.0.0.0/8")) // your proxies
 *         .build();
 * }</pre>
 *
 * <p>Each datagram is judged alone (R10), and nothing is remembered for the next one. A datagram is
 * dropped if its header is incomplete or malformed, if the policy or the validator refuses it, or
 * if there is none and the policy requires one. The {@link DatagramListener} is told; no exception
 * is fired, and the channel stays open. The policies have these outcomes:
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
 *   <tr><td>a header of version 1, unless it is allowed</td>
 *     <td>VERSION</td><td>VERSION</td><td>VERSION</td><td>UNEXPECTED</td></tr>
 * </table>
 *
 * <p>With {@link DatagramReceiverOptions.Builder#allowVersion1} a header of version 1 is a header
 * like any other. SKIP passes everything on as payload, and CLOSE drops everything as UNTRUSTED. A
 * "direct" datagram is also passed on as a {@link ProxiedDatagram}, with the real addresses. A
 * message that is not a datagram is dropped as MISSING under every policy. The transport in the
 * header is not compared with that of the channel, because some senders write TCP4 in datagrams.
 *
 * <p>The payload is a slice of the buffer that was received, not a copy. Datagrams that the kernel
 * has put together ({@link io.netty.channel.unix.SegmentedDatagramPacket}) are taken apart first.
 * The transport cuts off what does not fit into the receive buffer, which has 2,048 bytes unless
 * {@link io.netty.channel.ChannelOption#RCVBUF_ALLOCATOR} is set; the header needs some of them. If
 * {@code AUTO_READ} is off and all datagrams of a read were dropped, the decoder reads again.
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
    admission = new DatagramAdmission(options, new WholeDatagram(options));
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    admission.receive(ctx, msg);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    admission.readComplete(ctx);
  }

  /** The PROXY protocol, whose header must be complete in each datagram. */
  private record WholeDatagram(DatagramReceiverOptions options)
      implements DatagramAdmission.Format {
    @Override
    public boolean isPresent(ByteBuf in) {
      return options.reader().detect(in) == HeaderPresence.PRESENT;
    }

    @Override
    public ProxyHeader read(ByteBuf in) {
      ProxyHeader header = options.reader().read(in);
      if (header == null) { // The rest of the header cannot come in another datagram.
        throw isPresent(in)
            ? new ProxyHeaderException(Reason.TRUNCATED, "the datagram ends in the header")
            : new ProxyHeaderException(Reason.MISSING, "no PROXY protocol header");
      }
      if (header.version() == ProxyVersion.V1 && !options.allowVersion1()) {
        throw new ProxyHeaderException(Reason.VERSION, "version 1 in a datagram");
      }
      return header;
    }
  }
}
