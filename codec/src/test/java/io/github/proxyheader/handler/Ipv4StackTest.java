/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.handler;

import static io.github.proxyheader.testing.Bytes.binary;
import static io.github.proxyheader.testing.Bytes.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.proxyheader.testing.Connection;
import io.github.proxyheader.testing.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A host without IPv6, behind a proxy that has it. */
@Timeout(120)
class Ipv4StackTest {
  @ParameterizedTest
  @MethodSource(Transport.AVAILABLE)
  @DisplayName("T13 an IPv6 header is read where the JVM knows IPv4 only")
  void ipv6HeaderOnIpv4Stack(Transport transport) throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                transport.name())
            .redirectErrorStream(true)
            .start();
    try {
      String output =
          new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();

      assertThat(output).endsWith("/[2001:db8:0:0:0:0:0:1]:56324 /[2001:db8:0:0:0:0:0:2]:443");
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  /** Reads one header, and prints the addresses. */
  static final class Child {
    private static final byte[] HEADER =
        binary(
            0x21,
            0x21,
            hex("20010db8 00000000 00000000 00000001"),
            hex("20010db8 00000000 00000000 00000002"),
            hex("dc04 01bb"));

    private Child() {}

    public static void main(String[] args) throws Exception {
      Transport transport = Transport.valueOf(args[0]);
      CompletableFuture<ProxiedAddress> address = new CompletableFuture<>();
      EventLoopGroup group = transport.newGroup();
      Channel server =
          new ServerBootstrap()
              .group(group)
              .channel(transport.serverClass())
              .childHandler(
                  new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(
                              new ProxyHeaderDecoder(Connection.patientOptions().build()),
                              new Receiver(address));
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .sync()
              .channel();
      try (Socket peer = new Socket()) {
        peer.connect(server.localAddress());
        peer.getOutputStream().write(HEADER);
        ProxiedAddress received = address.get(30, TimeUnit.SECONDS);
        System.out.println(received.source() + " " + received.destination());
      } finally {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
      }
    }
  }

  private static final class Receiver extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<ProxiedAddress> address;

    Receiver(CompletableFuture<ProxiedAddress> address) {
      this.address = address;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object evt) {
      if (evt instanceof ProxiedAddress received) {
        address.complete(received);
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      address.completeExceptionally(cause);
    }
  }
}
