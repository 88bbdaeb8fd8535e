/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples.frameworks;

import io.github.proxyheader.handler.ReceiverOptions;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.netty.NettyServer;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPProtocol;
import org.apache.james.protocols.smtp.SMTPProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.RcptHook;

/** The SMTP server of Apache James' protocols, which speaks first. */
class JamesTest extends FrameworkContract {
  @Override
  Running start(ReceiverOptions options, Runnable application) throws Exception {
    RcptHook hook =
        new RcptHook() {
          @Override
          public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress rcpt) {
            application.run();
            return HookResult.builder()
                .hookReturnCode(HookReturnCode.deny())
                .smtpReturnCode("550")
                .smtpDescription(says(session.getRemoteAddress(), session.getLocalAddress()))
                .build();
          }
        };
    SMTPProtocolHandlerChain chain = new SMTPProtocolHandlerChain(metrics());
    chain.addAll(0, List.<ProtocolHandler>of(hook));
    chain.wireExtensibleHandlers();
    SMTPProtocol protocol = new SMTPProtocol(chain, new SMTPConfigurationImpl());
    NettyServer server = JamesServer.behindProxy(protocol, options).build();
    server.setGracefulShutdown(false);
    server.setListenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.bind();
    return new Running(server.getListenAddresses().get(0).getPort(), server::unbind);
  }

  /** James offers no factory that counts nothing among these modules. */
  private static MetricFactory metrics() {
    return nothing(MetricFactory.class);
  }

  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              if (method.isDefault()) {
                return InvocationHandler.invokeDefault(proxy, method, args);
              }
              Class<?> result = method.getReturnType();
              if (method.getName().startsWith("decoratePublisher")) {
                return args[1];
              }
              if (result == Duration.class) {
                return Duration.ZERO;
              }
              if (result == long.class) {
                return 0L;
              }
              return result.isInterface() ? nothing(result) : null;
            }));
  }

  @Override
  boolean showsDestination() {
    return false; // getLocalAddress() asks the channel
  }

  @Override
  String ask(Preamble connection) throws Exception {
    return Http1.ask(
        connection,
        "EHLO a.example\r\nMAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nQUIT\r\n");
  }
}
