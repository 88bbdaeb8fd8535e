/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.proxyheader.datagram.DatagramListener;
import io.github.proxyheader.datagram.DatagramReceiverOptions;
import io.github.proxyheader.datagram.ProxyHeaderDatagramEncoder;
import io.github.proxyheader.handler.HeaderValidator;
import io.github.proxyheader.handler.ProxiedAddress;
import io.github.proxyheader.handler.ProxyHeaderEncoder;
import io.github.proxyheader.handler.ProxyHeaderListener;
import io.github.proxyheader.handler.ProxyHeaderPolicy;
import io.github.proxyheader.handler.ReceiverOptions;
import io.github.proxyheader.handler.RelayOptions;
import io.github.proxyheader.handler.SenderOptions;
import io.github.proxyheader.handler.TrustedProxies;
import io.github.proxyheader.protocol.ProxyHeader;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Callers may write a lambda or a method reference, without a cast, wherever the library takes a
 * function; the function may take a supertype and return a subtype. Most of this is shown by the
 * fact that this class compiles.
 */
class LambdasTest {
  private static final String LIBRARY = "io.github.proxyheader.";
  private static final Set<String> PACKAGES =
      Set.of("datagram", "handler", "metrics", "protocol", "tlv");

  @Test
  void receiver() {
    ReceiverOptions lambdas =
        ReceiverOptions.builder()
            .policy(peer -> ProxyHeaderPolicy.USE)
            .validator((channel, header) -> {})
            .replaceWith(client -> new ChannelInboundHandlerAdapter())
            .build();
    ReceiverOptions references =
        ReceiverOptions.builder()
            .policy(LambdasTest::policyOf)
            .validator(LambdasTest::accept)
            .replaceWith(LambdasTest::handlerOf)
            .listener(new ProxyHeaderListener() {})
            .build();
    Function<Object, ChannelInboundHandlerAdapter> handlers = LambdasTest::handlerOf;
    ReceiverOptions function = ReceiverOptions.builder().replaceWith(handlers).build();
    HeaderValidator validator = LambdasTest::accept;

    assertThat(List.of(lambdas, references, function)).doesNotContainNull();
    assertThat(validator.and((channel, header) -> {})).isNotNull();
    assertThat(validator.and(LambdasTest::accept)).isNotNull();
  }

  @Test
  void trust() {
    List<String> ranges = List.of("10.0.0.0/8");
    assertThat(TrustedProxies.of(ranges)).isNotNull();
    assertThat(TrustedProxies.of(new ArrayList<>(ranges))).isNotNull();
    assertThat(TrustedProxies.of(ranges::iterator)).isNotNull();
  }

  @Test
  void childrenOfAConnection() {
    Function<Object, @Nullable ProxiedAddress> clients = child -> null;
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.attr(ProxiedAddress.CHILDREN).set(child -> null);
    channel.attr(ProxiedAddress.CHILDREN).set(clients);

    assertThat(channel.attr(ProxiedAddress.CHILDREN).get()).isSameAs(clients);
    channel.finish();
  }

  @Test
  void sender() {
    SenderOptions lambdas =
        SenderOptions.builder().source((outbound, target) -> ProxyHeader.local()).build();
    SenderOptions references = SenderOptions.builder().source(LambdasTest::headerFor).build();

    assertThat(List.of(lambdas, references)).doesNotContainNull();
    assertThat(new ProxyHeaderEncoder((outbound, target) -> null)).isNotNull();
    assertThat(new ProxyHeaderEncoder(LambdasTest::headerFor)).isNotNull();
  }

  @Test
  void uniqueId() {
    Function<Object, byte[]> ids = LambdasTest::idOf;
    List<RelayOptions> options =
        List.of(
            RelayOptions.builder().uniqueId().build(),
            RelayOptions.builder().uniqueId(accepted -> new byte[16]).build(),
            RelayOptions.builder().uniqueId(accepted -> null).build(),
            RelayOptions.builder().uniqueId(LambdasTest::idOf).build(),
            RelayOptions.builder().uniqueId(ids).build());

    assertThat(options).hasSize(5);
  }

  @Test
  void datagrams() {
    DatagramReceiverOptions lambdas =
        DatagramReceiverOptions.builder()
            .policy((channel, peer) -> ProxyHeaderPolicy.USE)
            .validator((channel, header) -> {})
            .build();
    DatagramReceiverOptions references =
        DatagramReceiverOptions.builder()
            .policy(LambdasTest::policyOf)
            .validator(LambdasTest::accept)
            .listener(new DatagramListener() {})
            .connectionListener(new ProxyHeaderListener() {})
            .build();
    Function<Object, ProxyHeader> headers = packet -> ProxyHeader.local();

    assertThat(List.of(lambdas, references)).doesNotContainNull();
    assertThat(new ProxyHeaderDatagramEncoder(packet -> null)).isNotNull();
    assertThat(new ProxyHeaderDatagramEncoder(LambdasTest::headerOf)).isNotNull();
    assertThat(new ProxyHeaderDatagramEncoder(headers)).isNotNull();
    assertThat(new ProxyHeaderDatagramEncoder(packet -> null, 1400)).isNotNull();
    assertThat(new ProxyHeaderDatagramEncoder(headers, 1400)).isNotNull();
  }

  @Test
  void noMethodThatTakesAFunctionIsMissingHere() {
    Set<String> calledHere =
        new ClassFileImporter()
                .importClasses(LambdasTest.class)
                .get(LambdasTest.class)
                .getCodeUnitCallsFromSelf()
                .stream()
                .map(call -> call.getTarget())
                .map(CodeUnitCallTarget::getFullName)
                .collect(Collectors.toCollection(TreeSet::new));
    Set<String> takeAFunction =
        new ClassFileImporter()
            .importPackages(PACKAGES.stream().map(LIBRARY::concat).toArray(String[]::new)).stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(unit -> !unit.getModifiers().contains(JavaModifier.BRIDGE))
                .filter(LambdasTest::takesAFunction)
                .map(JavaCodeUnit::getFullName)
                .collect(Collectors.toCollection(TreeSet::new));

    assertThat(takeAFunction).hasSizeGreaterThan(10);
    assertThat(calledHere).containsAll(takeAFunction);
  }

  private static boolean takesAFunction(JavaCodeUnit unit) {
    return unit.getRawParameterTypes().stream()
        .map(type -> type.reflect())
        .anyMatch(LambdasTest::isFunctional);
  }

  private static boolean isFunctional(Class<?> type) {
    return type.isInterface()
        && Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .count()
            == 1;
  }

  private static ProxyHeaderPolicy policyOf(Object peer) {
    return ProxyHeaderPolicy.REQUIRE;
  }

  private static ProxyHeaderPolicy policyOf(Object channel, Object peer) {
    return ProxyHeaderPolicy.REQUIRE;
  }

  private static boolean accept(Object channel, Object header) {
    return true;
  }

  private static ChannelInboundHandlerAdapter handlerOf(Object client) {
    return new ChannelInboundHandlerAdapter();
  }

  private static ProxyHeader headerFor(Object outbound, @Nullable Object target) {
    return ProxyHeader.local();
  }

  private static @Nullable ProxyHeader headerOf(DatagramPacket packet) {
    return null;
  }

  private static byte[] idOf(Object accepted) {
    return new byte[16];
  }
}
