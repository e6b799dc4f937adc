import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceModule } from '@sluice/service/service.module';
import { INSTALLATION_KEYS } from '@sluice/storage/installation-keys';
import { AdminKeysController } from './admin-keys/admin-keys.controller';
import { AdminKeysService } from './admin-keys/admin-keys.service';
import { KeyHolders } from './admin-keys/key-holders';
import { AdminsController } from './admins/admins.controller';
import { AdminsService } from './admins/admins.service';
import { ROSTERS, Roster, rosterSchema } from './admins/roster';
import { AgentsController } from './agents/agents.controller';
import { AgentsService } from './agents/agents.service';
import { TOKENS_CONFIG, type TokensConfig } from './config/tokens-config';
import { CursorKeyController } from './cursor-key/cursor-key.controller';
import { CursorKeyStore, cursorKeySchema } from './cursor-key/cursor-key.store';
import { LeaksController } from './leaks/leaks.controller';
import { LinksController } from './links/links.controller';
import { LinksService } from './links/links.service';
import { LinksSweeper } from './links/links-sweeper';
import { ConsentsService } from './oauth/consents.service';
import { OAuthController } from './oauth/oauth.controller';
import { OAuthService } from './oauth/oauth.service';
import { OAuthSweeper } from './oauth/oauth-sweeper';
import { QuotasController } from './quotas/quotas.controller';
import { QuotasService } from './quotas/quotas.service';
import { QUOTAS, QuotasStore, quotaSchema } from './quotas/quotas.store';
import { Passwords } from './secrets/passwords';
import { FAILURES, Failures, failuresSchema } from './sessions/failures';
import { KnownBrowsers } from './sessions/known-browsers';
import { SessionHolders } from './sessions/session-holders';
import { SessionsController } from './sessions/sessions.controller';
import { SessionsService } from './sessions/sessions.service';
import { SessionsSweeper } from './sessions/sessions-sweeper';
import { PasswordLinks } from './setup/password-links';
import { SetupController } from './setup/setup.controller';
import { SetupService } from './setup/setup.service';
import { SETUP_LINKS, SetupLinkStore, setupLinkSchema } from './setup/setup-link.store';
import { AdminChanges } from './stores/admin-changes';
import { ADMINS, adminSchema } from './stores/admin-doc';
import { ADMIN_KEYS, adminKeySchema } from './stores/admin-key-doc';
import { AdminKeysStore } from './stores/admin-keys.store';
import { AdminsStore } from './stores/admins.store';
import { AGENTS, agentSchema } from './stores/agent-doc';
import { AgentsStore } from './stores/agents.store';
import { LINKS, linkSchema } from './stores/link-doc';
import { LinksStore } from './stores/links.store';
import { OAUTH_RECORDS, oauthRecordSchema } from './stores/oauth-record-doc';
import { OAuthRecordsStore } from './stores/oauth-records.store';
import { SESSIONS, sessionSchema } from './stores/session-doc';
import { SessionsStore } from './stores/sessions.store';
import { TokenChanges } from './stores/token-changes';
import { TOKENS, tokenSchema } from './stores/token-doc';
import { TokensStore } from './stores/tokens.store';
import { TokensController } from './tokens/tokens.controller';
import { TokensService } from './tokens/tokens.service';

/** The whole tokens service. */
@Module({})
export class TokensModule {
  static with(config: TokensConfig): DynamicModule {
    return {
      module: TokensModule,
      imports: [
        ServiceModule.with({
          name: 'tokens',
          config,
          schemas: {
            [TOKENS]: tokenSchema,
            [LINKS]: linkSchema,
            [AGENTS]: agentSchema,
            [OAUTH_RECORDS]: oauthRecordSchema,
            [ADMINS]: adminSchema,
            [ROSTERS]: rosterSchema,
            [ADMIN_KEYS]: adminKeySchema,
            [SESSIONS]: sessionSchema,
            [FAILURES]: failuresSchema,
            [SETUP_LINKS]: setupLinkSchema,
            [INSTALLATION_KEYS]: cursorKeySchema,
            [QUOTAS]: quotaSchema,
          },
          audited: [TOKENS, LINKS, AGENTS, ADMINS, ADMIN_KEYS, SESSIONS, SETUP_LINKS],
        }),
      ],
      controllers: [
        TokensController,
        LinksController,
        AgentsController,
        OAuthController,
        LeaksController,
        AdminsController,
        AdminKeysController,
        SessionsController,
        SetupController,
        CursorKeyController,
        QuotasController,
      ],
      providers: [
        { provide: TOKENS_CONFIG, useValue: config },
        TokensStore,
        TokenChanges,
        TokensService,
        LinksStore,
        LinksService,
        LinksSweeper,
        AgentsStore,
        AgentsService,
        OAuthRecordsStore,
        OAuthService,
        ConsentsService,
        OAuthSweeper,
        AdminsStore,
        Roster,
        AdminChanges,
        Passwords,
        AdminsService,
        AdminKeysStore,
        KeyHolders,
        AdminKeysService,
        SessionsStore,
        SessionHolders,
        Failures,
        KnownBrowsers,
        SessionsService,
        SessionsSweeper,
        SetupLinkStore,
        SetupService,
        PasswordLinks,
        CursorKeyStore,
        QuotasStore,
        QuotasService,
      ],
    };
  }
}
