/*
 * Copyright 2026 The netty-proxyheader authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.github.proxyheader;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.channel.ChannelHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Netty asks each handler's methods by reflection which events it wants. */
class NativeImageTest {
  private static final Path CONFIG =
      Path.of(
          "src/main/resources/META-INF/native-image/io.github.proxyheader"
              + "/netty-codec-proxyheader/reflect-config.json");

  @Test
  void everyHandlerIsInTheMetadata() throws IOException {
    List<String> named = new ArrayList<>();
    for (JsonNode entry : new ObjectMapper().readTree(CONFIG.toFile())) {
      assertThat(entry.path("queryAllPublicMethods").asBoolean()).isTrue();
      assertThat(entry.path("condition").path("typeReachable").asText())
          .isEqualTo(entry.path("name").asText());
      named.add(entry.path("name").asText());
    }
    List<String> handlers =
        new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages("io.github.proxyheader")
                .stream()
                .filter(type -> type.isAssignableTo(ChannelHandler.class))
                .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .toList();
    assertThat(handlers).isNotEmpty();
    assertThat(named).containsExactlyInAnyOrderElementsOf(handlers);
  }
}
