/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.datagram.DatagramFlowOptions;
import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxiedDatagram;
import io.github.proxyheader.datagram.ProxiedDatagramFlows;
import io.github.proxyheader.datagram.ProxyHeaderDatagramDecoder;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeaderException;
import io.github.proxyheader.protocol.ProxyHeaderException.Reason;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reads what the stream module of nginx sends over UDP: a line in front of a session. */
@Timeout(120)
class NginxDatagramTest {
  @RegisterExtension static final Peers PEERS = new Peers();
  @RegisterExtension static final EventLoops LOOPS = new EventLoops();

  private static final int TIMEOUT_MILLIS = 60_000;
  private static final TrustedProxies NGINX =
      TrustedProxies.loopback().withPolicies(ProxyHeaderPolicy.USE, ProxyHeaderPolicy.CLOSE);

  /** The datagrams as they came from nginx. */
  private static final BlockingQueue<String> RAW = new LinkedBlockingQueue<>();

  private static final BlockingQueue<ProxiedAddress> CLIENTS = new LinkedBlockingQueue<>();
  private static final BlockingQueue<Reason> DROPPED = new LinkedBlockingQueue<>();

  private static int toFlows;
  private static int toDefault;

  @BeforeAll
  static void start() throws Exception {
    Peers.require("nginx");
    DatagramReceiverOptions.Builder options =
        DatagramReceiverOptions.builder().policy(NGINX).listener(new Drops());
    Channel byDefault = server(options.build(), DatagramFlowOptions.builder().build());
    Channel flows =
        server(
            options.allowVersion1(true).build(),
            DatagramFlowOptions.builder()
                .headerOnce(true)
                .listener(new Drops())
                .repliesOnly(true)
                .idleTime(Duration.ofMinutes(11))
                .build());
    int ready = ExternalProgram.freePort();
    toFlows = ExternalProgram.freePort();
    toDefault = ExternalProgram.freePort();
    PEERS.nginx(
        ready,
        """
        stream {
            server {
                listen 127.0.0.1:%d;
                return "";
            }
            server {
                listen 127.0.0.1:%d udp;
                proxy_pass %s;
                proxy_protocol on;
            }
            server {
                listen 127.0.0.1:%d udp;
                proxy_pass %s;
                proxy_protocol on;
            }
        }
        """
            .formatted(ready, toFlows, text(flows), toDefault, text(byDefault)));
  }

  private static String text(Channel channel) {
    return Loopback.text((InetSocketAddress) channel.localAddress());
  }

  private static Channel server(DatagramReceiverOptions options, DatagramFlowOptions flows)
      throws Exception {
    return new Bootstrap()
        .group(LOOPS.group())
        .channel(NioDatagramChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new RawRecorder(),
                        new ProxyHeaderDatagramDecoder(options),
                        new ProxiedDatagramFlows(flows),
                        new Echo());
              }
            })
        .bind(Loopback.V4, 0)
        .sync()
        .channel();
  }

  private static DatagramSocket client() throws Exception {
    DatagramSocket socket = new DatagramSocket(0, Loopback.V4);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static void send(DatagramSocket client, int port, String payload) throws Exception {
    byte[] bytes = payload.getBytes(US_ASCII);
    client.send(new DatagramPacket(bytes, bytes.length, Loopback.V4, port));
  }

  private static String answer(DatagramSocket client) throws Exception {
    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
    client.receive(answer);
    return new String(answer.getData(), 0, answer.getLength(), US_ASCII);
  }

  @Test
  void lineIsInFrontOfTheFirstDatagramAndTellsTheClientOfAllOfThem() throws Exception {
    try (DatagramSocket first = client();
        DatagramSocket second = client()) {
      int port = first.getLocalPort();
      RAW.clear();
      CLIENTS.clear();
      send(first, toFlows, "one");
      assertThat(answer(first)).isEqualTo("one");
      assertThat(RAW.poll(60, TimeUnit.SECONDS))
          .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + port + " " + toFlows + "\r\none");
      assertClient(first);

      send(second, toFlows, "of another client");
      assertThat(answer(second)).isEqualTo("of another client");
      assertThat(RAW.poll(60, TimeUnit.SECONDS)).startsWith("PROXY TCP4 127.0.0.1 ");
      assertClient(second);

      send(first, toFlows, "two");
      assertThat(answer(first)).isEqualTo("two");
      assertThat(RAW.poll(60, TimeUnit.SECONDS)).isEqualTo("two");
      assertClient(first);
    }
  }

  private static void assertClient(DatagramSocket client) throws Exception {
    ProxiedAddress seen = CLIENTS.poll(60, TimeUnit.SECONDS);
    assertThat(seen.source()).isEqualTo(client.getLocalSocketAddress());
    assertThat(seen.destination()).isEqualTo(new InetSocketAddress(Loopback.V4, toFlows));
    assertThat(seen.peer()).isNotEqualTo(seen.source());
    assertThat(seen.header().version()).isEqualTo(ProxyVersion.V1);
  }

  @Test
  void clientThatWritesALineItselfIsNotBelieved() throws Exception {
    DROPPED.clear();
    try (DatagramSocket client = client()) {
      send(client, toFlows, "one");
      assertThat(answer(client)).isEqualTo("one");
      assertThat(CLIENTS.poll(60, TimeUnit.SECONDS)).isNotNull();
      send(client, toFlows, "PROXY TCP4 192.0.2.66 198.51.100.9 1 2\r\nforged");
      assertThat(DROPPED.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.UNEXPECTED);
      send(client, toFlows, "two");
      assertThat(answer(client)).as("the flow goes on").isEqualTo("two");
    }
  }

  @Test
  void lineIsRefusedByDefault() throws Exception {
    DROPPED.clear();
    try (DatagramSocket client = client()) {
      send(client, toDefault, "one");
      assertThat(DROPPED.poll(60, TimeUnit.SECONDS)).isEqualTo(Reason.VERSION);
    }
  }

  private static final class Drops implements DatagramListener {
    @Override
    public void dropped(Channel channel, InetSocketAddress sender, ProxyHeaderException cause) {
      DROPPED.add(cause.reason());
    }
  }

  private static final class RawRecorder extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      RAW.add(((io.netty.channel.socket.DatagramPacket) msg).content().toString(US_ASCII));
      ctx.fireChannelRead(msg);
    }
  }

  private static final class Echo extends SimpleChannelInboundHandler<ProxiedDatagram> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ProxiedDatagram datagram) {
      CLIENTS.add(datagram.proxiedAddress());
      ctx.writeAndFlush(
          new io.netty.channel.socket.DatagramPacket(
              datagram.content().retain(), datagram.sender()));
    }
  }
}
