/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.jmh;

import io.github.proxyheader.protocol.ProxyHeader;
import io.github.proxyheader.protocol.ProxyHeaderWriter;
import io.github.proxyheader.protocol.ProxyVersion;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A header to bytes, without a pipeline. */
public class WriteBenchmark extends AbstractBenchmark {
  private static final MethodHandle NETTY_ENCODE = nettyEncode();

  /** Which header. */
  @Param({"V1_TCP4", "V1_TCP6", "V2_TCP4", "V2_TCP6"})
  public SampleHeader header;

  private ProxyVersion version;
  private InetSocketAddress source;
  private InetSocketAddress destination;
  private ProxyHeader ready;
  private HAProxyMessage readyMessage;
  private ByteBuf out;

  /** Makes the addresses, the ready header and the buffer. */
  @Setup
  public void setUp() {
    source = header.source();
    destination = header.destination();
    ready = header.toHeader();
    version = ready.version();
    readyMessage = newMessage();
    out = header.toBuffer(0);
  }

  /** Ours, from the addresses of two sockets. */
  @Benchmark
  public ByteBuf ours() {
    return write(newHeader());
  }

  /** Ours, from a header that is there already. */
  @Benchmark
  public ByteBuf oursReady() {
    return write(ready);
  }

  /** Netty's, from the addresses of two sockets. */
  @Benchmark
  public ByteBuf netty() throws Throwable {
    HAProxyMessage message = newMessage();
    encode(message);
    message.release();
    return out;
  }

  /** Netty's, from a message that is there already. */
  @Benchmark
  public ByteBuf nettyReady() throws Throwable {
    encode(readyMessage);
    return out;
  }

  private ProxyHeader newHeader() {
    return version == ProxyVersion.V2
        ? ProxyHeader.of(source, destination)
        : ProxyHeader.builder()
            .version(ProxyVersion.V1)
            .source(source)
            .destination(destination)
            .build();
  }

  private ByteBuf write(ProxyHeader value) {
    ProxyHeaderWriter.write(value, out.clear());
    return out;
  }

  private HAProxyMessage newMessage() {
    return new HAProxyMessage(
        version == ProxyVersion.V1 ? HAProxyProtocolVersion.V1 : HAProxyProtocolVersion.V2,
        HAProxyCommand.PROXY,
        source.getAddress() instanceof Inet4Address
            ? HAProxyProxiedProtocol.TCP4
            : HAProxyProxiedProtocol.TCP6,
        source.getAddress().getHostAddress(),
        destination.getAddress().getHostAddress(),
        source.getPort(),
        destination.getPort());
  }

  private void encode(HAProxyMessage message) throws Throwable {
    NETTY_ENCODE.invokeExact(
        HAProxyMessageEncoder.INSTANCE, (ChannelHandlerContext) null, message, out.clear());
  }

  /** The encoder without the pipeline around it; the method is protected, the class final. */
  private static MethodHandle nettyEncode() {
    try {
      return MethodHandles.privateLookupIn(HAProxyMessageEncoder.class, MethodHandles.lookup())
          .findVirtual(
              HAProxyMessageEncoder.class,
              "encode",
              MethodType.methodType(
                  void.class, ChannelHandlerContext.class, HAProxyMessage.class, ByteBuf.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
