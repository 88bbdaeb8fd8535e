/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.proxyheader.handler.ReceiverOptions;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.InternalProtocolNegotiator.ProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/** gRPC without TLS. */
class GrpcTest extends FrameworkContract {
  private static final MethodDescriptor<String, String> WHO =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("whoami.WhoAmI/Who")
          .setRequestMarshaller(new Text())
          .setResponseMarshaller(new Text())
          .build();

  ProtocolNegotiator negotiator() throws Exception {
    return InternalProtocolNegotiators.serverPlaintext();
  }

  NettyChannelBuilder client(NettyChannelBuilder client) throws Exception {
    return client.usePlaintext();
  }

  @Override
  Running start(ReceiverOptions options, Runnable application) throws Exception {
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    Server server =
        ProxyHeaderNegotiator.behindProxy(
                NettyServerBuilder.forAddress(at), negotiator(), group, options)
            .addService(
                ServerServiceDefinition.builder("whoami.WhoAmI")
                    .addMethod(WHO, (call, headers) -> answer(call, application))
                    .build())
            .build()
            .start();
    return new Running(
        server.getPort(),
        () -> {
          server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
          group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        });
  }

  private static ServerCall.Listener<String> answer(
      ServerCall<String, String> call, Runnable application) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onHalfClose() {
        application.run();
        call.sendHeaders(new Metadata());
        call.sendMessage(
            says(
                (InetSocketAddress) call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
                (InetSocketAddress) call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR)));
        call.close(Status.OK, new Metadata());
      }
    };
  }

  @Override
  String ask(Preamble connection) throws Exception {
    ManagedChannel channel = client(NettyChannelBuilder.forAddress(connection.at())).build();
    try {
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS);
      return ClientCalls.blockingUnaryCall(channel, WHO, options, "who");
    } finally {
      channel.shutdownNow().awaitTermination(30, TimeUnit.SECONDS);
    }
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
